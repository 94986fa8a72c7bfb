import Foundation
import Testing

/// The code of the guides is the code of the example and of the tests, word for word.
@Suite("The guides")
struct GuideTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let guides = root.appending(path: "Sources/Casefile/Casefile.docc")
  private static let sources = ["Tools/Examples/desk-service", "Tests/CasefileTests"]

  private static func files(in folder: URL, _ ending: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == ending }.sorted { $0.path < $1.path }
  }

  /// The marked regions of the compiled sources, without their common indentation.
  private static func regions() throws -> [String: String] {
    var regions: [String: String] = [:]
    for source in sources {
      for file in try files(in: root.appending(path: source), "swift") {
        var open: (name: String, lines: [Substring])?
        for line in try String(contentsOf: file, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        {
          let words = line.split(separator: " ")
          if words.count == 3, words[0] == "//", words[1] == "snippet:" {
            #expect(open == nil, "\(words[2]) begins inside another snippet")
            open = (String(words[2]), [])
          } else if words == ["//", "end"], let closed = open {
            #expect(regions[closed.name] == nil, "two snippets are named \(closed.name)")
            regions[closed.name] = dedented(closed.lines)
            open = nil
          } else {
            open?.lines.append(line)
          }
        }
        #expect(open == nil, "a snippet of \(file.lastPathComponent) has no end")
      }
    }
    return regions
  }

  private static func dedented(_ lines: [Substring]) -> String {
    let indents = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    return lines.map { $0.dropFirst(indents.min() ?? 0) }.joined(separator: "\n")
  }

  /// The Swift blocks of a guide.
  private static func blocks(of guide: URL) throws -> [String] {
    var blocks: [String] = []
    var open: [Substring]?
    for line in try String(contentsOf: guide, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if let lines = open {
        if line == "```" {
          blocks.append(lines.joined(separator: "\n"))
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```swift" {
        open = []
      }
    }
    return blocks
  }

  @Test("Every block of code is one that the build compiles, and every snippet is shown")
  func code() throws {
    let regions = try GuideTests.regions()
    var shown: Set<String> = []
    for guide in try GuideTests.files(in: GuideTests.guides, "md") {
      for block in try GuideTests.blocks(of: guide) {
        let name = regions.first { $0.value == block }?.key
        let start = block.prefix(60)
        #expect(name != nil, "\(guide.lastPathComponent): no snippet equals “\(start)…”")
        if let name { shown.insert(name) }
      }
    }
    #expect(shown == Set(regions.keys))
    #expect(shown.count > 8)
  }

  @Test("A guide has one task and at most 120 lines")
  func size() throws {
    for guide in try GuideTests.files(in: GuideTests.guides, "md") {
      let lines = try String(contentsOf: guide, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 121, "\(guide.lastPathComponent)")
      #expect(lines.first?.hasPrefix("# ") == true)
    }
  }
}
