// An embedder imports Casefile and has the events and the log's words with it.
@_exported public import CasefileLog
@_exported public import CasefileModel
@_exported public import CasefileProjections
