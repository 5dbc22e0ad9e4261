import ArgumentParser
import Inspection
import SlotStore
import Tensors

extension RevisionReference: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what is different between two slots, or two revisions of one.",
    discussion: """
      A and B are slots, such as 7, or kept revisions of them, such as 7@3 (`slotscope history 7` lists those there \
      are). With A alone, its previous revision is compared with what it holds now.

        slotscope diff 7 8
        slotscope diff 7@3 7
        slotscope diff 7
        slotscope diff 7 8 --tensor h.0.attn.c_attn.weight

      Tensors are matched by name. Of those that changed it says, of the steps b - a from a value in A to that in B:

        MAX ABS   the largest step
        MEAN ABS  the mean step
        REL L2    the length of all steps, |b - a| / |a|: 0.01 is 1 %
        COSINE    1: the same direction, 0: unrelated, -1: opposite
        DIFFER    how many values are not equal

      Values are compared as numbers, also where the dtype changed. Pairs of which either value is NaN or infinite are \
      counted apart. Tensors whose checksums agree are not read.

      Exit codes: 0 no difference; 1 something is different; 2 could not be done; 64 usage.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot or revision before: 7, 7@3.", completion: Completions.slots) var a:
    RevisionReference
  @Argument(
    help: "The slot or revision after; by default what slot A holds now, and A its previous revision.")
  var b: RevisionReference?
  @Option(help: "Only this tensor, with all that is known of it.") var tensor: String?
  @Flag(help: "Also the tensors that are the same.") var all = false
  @Flag(help: "A JSON object on standard output, with every tensor.") var json = false

  func run() throws {
    let difference: Difference
    do {
      difference = try compare()
    } catch is CancellationError {
      throw ExitCode(Failure.interrupted)
    } catch {
      // 1 would say that they differ.
      Message.error(String(describing: error))
      throw ExitCode(Failure.impossible)
    }
    if json {
      JSON.print(JSON.difference(difference))
    } else if tensor != nil {
      DifferenceText(difference).printTensors()
    } else {
      DifferenceText(difference).print(all: all)
    }
    if !difference.isSame { throw ExitCode(Failure.no) }
  }

  private func compare() throws -> Difference {
    let inspector = Inspector(store: try store.open(.read))
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    defer { withExtendedLifetime(stop) {} }
    let sides = try sides(inspector)
    let comparison = try inspector.comparison(of: sides.a, with: sides.b, tensor: tensor)
    return try ProgressLine().show("comparing", progress) { try comparison.run(progress: progress) }
  }

  private func sides(_ inspector: Inspector) throws -> (a: RevisionReference, b: RevisionReference) {
    if let b { return (a, b) }
    let now = RevisionReference(slotID: a.slotID)
    return (try a.revision == nil ? inspector.previous(of: a.slotID) : a, now)
  }
}
