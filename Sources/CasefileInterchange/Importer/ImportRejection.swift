internal import CasefileModel

/// A row that was not taken, and why.
public struct ImportRejection: Sendable {
  /// Which file of the import, from 1.
  public let fileOrdinal: Int
  /// Which row of the file, from 1, the header not counted.
  public let row: UInt64
  /// Why, with the file and the line.
  public let error: ImportError
  /// The row's cells by column; empty where the line could not be split.
  let cells: [(name: String, text: String)]

  init(fileOrdinal: Int, row: UInt64, error: ImportError, cells: [(String, String)]) {
    self.fileOrdinal = fileOrdinal
    self.row = row
    self.error = error
    self.cells = cells.map { (name: $0.0, text: $0.1) }
  }

  /// The line of a file of rejected rows: file, line, reason, and the row, to be mended.
  var json: JSONValue {
    [
      "file": JSONValue(error.file), "line": JSONValue(error.line), "row": JSONValue(row),
      "code": .string(error.code.description), "reason": .string(error.message),
      "cells": .object(cells.map { JSONValue.Member($0.name, .string($0.text)) }),
    ]
  }
}
