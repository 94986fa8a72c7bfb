// The command line of Casefile. Everything that can be tested lies in CasefileCommands.
import CasefileCommands
import Foundation

exit(await CasefileProgram.run(Array(CommandLine.arguments.dropFirst())))
