/// For which width a chart is drawn.
enum ChartSize: String, CaseIterable {
  /// A desk's screen and paper.
  case wide
  /// A telephone.
  case narrow

  var width: Double { self == .wide ? 900 : 360 }
  /// How many names fit below an axis.
  var ticks: Int { self == .wide ? 10 : 4 }
}

/// Draws a chart as SVG. Positions are rounded to tenths, so that the same figures give the same
/// bytes on every machine.
struct ReportChartDrawing {
  private let chart: ReportChart
  private let table: ReportTable
  private let speech: ReportSpeech
  private let size: ChartSize
  private let rows: [ReportTable.Row]

  init(_ chart: ReportChart, _ table: ReportTable, _ speech: ReportSpeech, _ size: ChartSize) {
    self.chart = chart
    self.table = table
    self.speech = speech
    self.size = size
    // What sums up the others would dwarf them.
    rows = table.rows.filter { !$0.isTotal }
  }

  /// The drawing; what it shows stands in the table, so that it is nothing to a screen reader.
  var svg: String {
    switch chart.style {
    case .line, .columns: overTime
    case .bars: bars
    }
  }

  private func begin(height: Double) -> String {
    "<svg class=\"\(size.rawValue)\" viewBox=\"0 0 \(text(size.width)) \(text(height))\" "
      + "aria-hidden=\"true\">"
  }

  private func height(_ row: ReportTable.Row, _ column: Int) -> Double? {
    row.cells[column].height
  }

  private func label(
    _ content: String, x: Double, y: Double, anchor: String = "start", isValue: Bool = false
  ) -> String {
    "<text x=\"\(text(x))\" y=\"\(text(y))\""
      + (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"")
      + (isValue ? " class=\"value\"" : "") + ">\(HTMLText.escape(content))</text>"
  }

  private func text(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0
      ? "\(tenths / 10)"
      : DecimalNumber.text(Int64(tenths), decimals: 1, mark: ".")
  }

  // MARK: Over time

  private static let top = 14.0
  private static let plot = 170.0
  private static let bottom = 24.0

  private var overTime: String {
    let peak = chart.series.flatMap { column in rows.compactMap { height($0, column) } }.max() ?? 0
    let scale = ChartScale(peak: peak, isWhole: isWhole)
    let names = scale.marks.map { speech.text(value($0)) }
    // Ten hundredths of an em and more for each figure: the letters are 12 high.
    let left = Double(names.map(\.count).max() ?? 1) * 7.5 + 8
    let right = size.width - 8
    let base = Self.top + Self.plot
    var svg = begin(height: base + Self.bottom)
    func y(_ height: Double) -> Double { base - height / scale.top * Self.plot }
    for (mark, name) in zip(scale.marks, names) {
      svg += "<path class=\"axis\" d=\"M\(text(left)) \(text(y(mark)))H\(text(right))\"/>"
      svg += label(name, x: left - 6, y: y(mark) + 4, anchor: "end")
    }
    let width = right - left
    let slot = width / Double(max(1, rows.count))
    func x(_ index: Int) -> Double { left + slot * (Double(index) + 0.5) }
    svg += chart.style == .line ? line(x, y, base) : columns(left, slot, y, base)
    svg += ticks(x, base)
    return svg + "</svg>"
  }

  /// Whether the first series counts something.
  private var isWhole: Bool {
    switch table.columns[chart.series[0]].unit {
    case .share, .mark, .figure: false
    default: true
    }
  }

  /// A value of the first series' kind, for the axis.
  private func value(_ mark: Double) -> ReportValue {
    switch table.columns[chart.series[0]].unit {
    case .seconds: .seconds(Int64(mark))
    case .share: .share(Int((mark * 1_000).rounded()), of: 1_000)
    case .mark, .figure: .decimal(Int64((mark * 10).rounded()), decimals: 1)
    default: .count(Int(mark))
    }
  }

  private func ticks(_ x: (Int) -> Double, _ base: Double) -> String {
    let every = max(1, (rows.count + size.ticks - 1) / size.ticks)
    var svg = ""
    for (index, row) in rows.enumerated() where index % every == 0 {
      svg += label(speech.tick(row.cells[chart.axis]), x: x(index), y: base + 18, anchor: "middle")
    }
    return svg
  }

  /// The line of the first series; where it grew it is drawn thicker, in another colour, and with a
  /// mark that points up.
  private func line(
    _ x: (Int) -> Double, _ y: (Double) -> Double, _ base: Double
  ) -> String {
    let points = rows.enumerated().compactMap { index, row in
      height(row, chart.series[0]).map { (index: index, x: x(index), y: y($0)) }
    }
    guard let first = points.first, let last = points.last else { return "" }
    let path = points.map { "\(text($0.x)) \(text($0.y))" }.joined(separator: "L")
    var svg =
      "<path class=\"area\" d=\"M\(text(first.x)) \(text(base))L\(path)L\(text(last.x)) "
      + "\(text(base))Z\"/><path class=\"l0\" d=\"M\(path)\"/>"
    for (place, point) in points.enumerated() where grew(at: point.index) {
      if place > 0 {
        let before = points[place - 1]
        svg +=
          "<path class=\"up\" d=\"M\(text(before.x)) \(text(before.y))L\(text(point.x)) "
          + "\(text(point.y))\"/>"
      }
      svg +=
        "<path class=\"mark\" d=\"M\(text(point.x)) \(text(point.y - 9))l4.5 7h-9z\"/>"
    }
    svg += label(
      speech.text(rows[last.index].cells[chart.series[0]]), x: last.x, y: max(11, last.y - 12),
      anchor: "end", isValue: true)
    return svg
  }

  private func grew(at index: Int) -> Bool {
    guard let growth = chart.growth else { return false }
    return height(rows[index], growth).map { $0 > 0 } ?? false
  }

  private func columns(
    _ left: Double, _ slot: Double, _ y: (Double) -> Double, _ base: Double
  ) -> String {
    let width = slot * 0.8 / Double(chart.series.count)
    var svg = ""
    for (place, column) in chart.series.enumerated() {
      var path = ""
      for (index, row) in rows.enumerated() {
        guard let height = height(row, column), height > 0 else { continue }
        let x = left + slot * (Double(index) + 0.1) + width * Double(place)
        path += "M\(text(x)) \(text(base))V\(text(y(height)))h\(text(width))V\(text(base))z"
      }
      svg += "<path class=\"f\(place)\" d=\"\(path)\"/>"
    }
    return svg
  }

  // MARK: Bars

  /// A bar a row, its parts in shares of the row; the figure of each stands in it where it has room.
  private var bars: String {
    let rowHeight = 42.0
    var svg = begin(height: rowHeight * Double(rows.count) + 4)
    for (index, row) in rows.enumerated() {
      let y = rowHeight * Double(index)
      let parts = chart.series.map { height(row, $0) ?? 0 }
      let whole = parts.reduce(0, +)
      svg += label(speech.text(row.cells[chart.axis]), x: 0, y: y + 14, isValue: true)
      svg += label(
        speech.text(.count(Int(whole))), x: size.width, y: y + 14, anchor: "end")
      guard whole > 0 else { continue }
      var x = 0.0
      for (place, part) in parts.enumerated() where part > 0 {
        let width = part / whole * size.width
        svg +=
          "<path class=\"f\(place)\" d=\"M\(text(x)) \(text(y + 20))h\(text(width))v14h"
          + "\(text(-width))z\"/>"
        x += width
      }
    }
    return svg + "</svg>"
  }
}

/// An axis from nought to a round number, with some marks.
struct ChartScale {
  let top: Double
  let marks: [Double]

  /// - Parameters:
  ///   - peak: the highest value that is drawn.
  ///   - isWhole: whether values are whole numbers, between which there are no marks.
  init(peak: Double, isWhole: Bool) {
    guard peak > 0 else {
      top = 1
      marks = [0]
      return
    }
    // The smallest of 1, 2 and 5 times a power of ten that gives five marks at most.
    var step = 1.0
    while step * 10 <= peak { step *= 10 }
    while step > peak { step /= 10 }
    for part in [0.2, 0.5, 1.0] where peak / (step * part) <= 5 {
      step *= part
      break
    }
    if peak / step > 5 { step *= 2 }
    if isWhole { step = max(1, step.rounded()) }
    let count = (peak / step).rounded(.up)
    top = step * count
    marks = (0...Int(count)).map { Double($0) * step }
  }
}
