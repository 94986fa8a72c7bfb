import CLMDB

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tells file systems on which LMDB's shared maps and record locks do not work.
enum NetworkFileSystem {
  #if canImport(Glibc)
    /// `f_type` of statfs(2), from linux/magic.h and the man page. FUSE is not among them: it is
    /// mostly local, and nothing tells what stands behind it.
    private static let names: [UInt32: String] = [
      0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x564C: "NCP",
      0x5346_414F: "AFS", 0x6B41_4653: "kAFS", 0x0102_1997: "9P", 0x00C3_6400: "Ceph",
      0x7375_7245: "Coda",
    ]
  #endif

  static func refuse(_ directory: String) throws(LMDBError) {
    var status = statfs()
    // SAFETY: both pointers are valid during the call.
    guard unsafe statfs(directory, &status) == 0 else {
      throw LMDBError(errno, "looking for \(directory)")
    }
    #if canImport(Glibc)
      let name = names[UInt32(truncatingIfNeeded: status.f_type)]
    #else
      let name = status.f_flags & UInt32(MNT_LOCAL) == 0 ? "a network file system" : nil
    #endif
    guard let name else { return }
    throw LMDBError(
      code: .networkFileSystem,
      message: "\(directory) is on \(name), where LMDB loses data; move it to a local disk")
  }
}
