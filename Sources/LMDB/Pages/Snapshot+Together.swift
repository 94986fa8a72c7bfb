import CPrefetch

/// Looking up several rows together.
///
/// At each level of a tree a lookup waits for the memory of a page that the page before named, so a
/// lookup is some waits one after the other. Those of several keys don't depend on each other: here
/// all keys go down level by level, and what each reads next was asked for while the others were
/// looked at.
extension Snapshot {
  /// What the lookup of one key led to.
  @safe
  enum Found {
    case nothing
    /// Bytes in mapped pages.
    case value(UnsafeRawBufferPointer)
    case damage(PageDamage)
  }

  /// A key on its way down.
  private struct Descent {
    enum Place {
      /// A page whose memory was asked for.
      case ahead(UInt64)
      /// A page whose header was checked, and where in it the key probably is.
      case page(Page, guess: Int)
      /// A row of a leaf.
      case row(Page, Page.Node)
      case nothing
      case damage(PageDamage)
    }

    var place: Place
    /// What the branch above tells of the keys of its child: the lowest one, and the lowest one of
    /// the next child. Nil where it tells nothing.
    var low: UInt64?
    var high: UInt64?
  }

  /// Finds the values of keys of a table of numbers, as so many single lookups do.
  ///
  /// - Parameter offset: where in the value of the key with this index the caller will look.
  func values(
    _ keys: [UInt64], in tree: TreeRecord, readAt offset: (_ index: Int) -> Int
  ) -> [Found] {
    guard let root = tree.root else { return Array(repeating: .nothing, count: keys.count) }
    var descents = Array(repeating: Descent(place: .ahead(root)), count: keys.count)
    for _ in 0..<Self.depthMax {
      var isAnyOnItsWay = false
      for index in descents.indices { arrive(&descents[index], keys[index]) }
      for index in descents.indices {
        goDown(&descents[index], keys[index], readAt: offset(index))
        if case .ahead = descents[index].place { isAnyOnItsWay = true }
      }
      guard isAnyOnItsWay else { break }
    }
    return descents.map { descent in
      switch descent.place {
      case .row(let page, let node):
        do throws(PageDamage) {
          return unsafe .value(try value(node, page))
        } catch {
          return .damage(error)
        }
      case .nothing: return .nothing
      case .damage(let damage): return .damage(damage)
      case .ahead(let number):
        return .damage(PageDamage(page: number, reason: "is deeper than any tree"))
      case .page(let page, _):
        return .damage(PageDamage(page: page.number, reason: "is deeper than any tree"))
      }
    }
  }

  /// Checks the header of the page that a key came to, and asks for the row that it probably has.
  private func arrive(_ descent: inout Descent, _ key: UInt64) {
    guard case .ahead(let number) = descent.place else { return }
    do throws(PageDamage) {
      let page = try page(number)
      let guess = page.guess(key, from: descent.low, to: descent.high)
      page.prefetch(guess)
      descent.place = .page(page, guess: guess)
    } catch {
      descent.place = .damage(error)
    }
  }

  /// Searches the page, and asks for what comes next: the page below, or the value.
  private func goDown(_ descent: inout Descent, _ key: UInt64, readAt offset: Int) {
    guard case .page(let page, let guess) = descent.place else { return }
    do throws(PageDamage) {
      let found = try page.search(key, near: guess)
      if page.isLeaf {
        guard found.isEqual else {
          descent.place = .nothing
          return
        }
        let node = try page.node(found.index)
        if node.isBig { prefetch(page.load(node.data.lowerBound, as: UInt64.self), at: offset) }
        descent.place = .row(page, node)
        return
      }
      let index = found.isEqual ? found.index : found.index - 1
      let child = try page.node(index).child
      if index > 0 { descent.low = try page.integerKey(index) }
      if index + 1 < page.count { descent.high = try page.integerKey(index + 1) }
      prefetch(child, at: 0)
      descent.place = .ahead(child)
    } catch {
      descent.place = .damage(error)
    }
  }

  /// Asks for the begin of a page, and for a place behind its header.
  private func prefetch(_ number: UInt64, at offset: Int) {
    guard number < pageCount else { return }
    let place = Int(number) * pageSize
    // SAFETY: the page is mapped, and nothing is read.
    unsafe casefile_prefetch(start + place)
    let end = Int(pageCount) * pageSize - place - Page.headerSize
    guard offset > 0, offset < end else { return }
    // SAFETY: as above.
    unsafe casefile_prefetch(start + place + Page.headerSize + offset)
  }
}
