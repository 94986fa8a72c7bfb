// An embedder imports Casefile and has the events, the log's words and the folds with it.
@_exported public import CasefileCalendars
@_exported public import CasefileLog
@_exported public import CasefileModel
@_exported public import CasefileProjections
