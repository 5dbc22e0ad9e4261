import Builds
import Dispatch
import Foundation
import Tensors

/// Performs effects on threads that may wait, and posts what came of them. Of each kind of question only the newest
/// is answered.
struct EffectPerformer: Sendable {
  let work: StoreWork
  let builds: BuildQueue
  let inbox: Inbox
  private let pages = LatestWork("pages")
  private let totals = LatestWork("totals")
  private let lookups = LatestWork("lookups")
  private let details = LatestWork("details")
  private let statistics = LatestWork("statistics")
  let histograms = LatestWork("histograms")
  private let companions = LatestWork("companions")
  private let profiles = LatestWork("profiles")
  private let tensors = LatestWork("tensors")
  private let checksums = LatestWork("checksums")
  private let heatMaps = LatestWork("heat-maps")
  private let values = LatestWork("values")
  private let comparisons = LatestWork("comparisons")
  private let previous = LatestWork("previous")
  private let differences = LatestWork("differences")
  private let distributions = LatestWork("distributions")
  private let previews = LatestWork("previews")
  private let paths = LatestWork("paths")
  private let slotIDs = LatestWork("slot-ids")
  private let gone = LatestWork("gone")
  let tasks: TaskQueue
  let damage: DamageCounter
  /// What changes the store, in the order in which it was asked for.
  private let changes = DispatchQueue(label: "slotscope.browser.changes", qos: .userInitiated)
  private let preparation = DispatchQueue(label: "slotscope.browser.preparation", qos: .userInitiated)

  init(work: StoreWork, builds: BuildQueue, inbox: Inbox) {
    self.work = work
    self.builds = builds
    self.inbox = inbox
    damage = DamageCounter(
      store: work.store, isInTheWay: { [pages, totals] in pages.isRunning || totals.isRunning },
      tell: { inbox.post(.damage($0)) })
    tasks = TaskQueue(changed: { inbox.post(.tasks($0, Date())) }, carryOut: { work.carryOut($0, $1) })
  }

  func perform(_ effect: Effect) {
    switch effect {
    case .loadPage(let request):
      pages.run { [work, inbox] progress in
        let page = work.page(for: request, progress: progress) { inbox.post(.finding(request, $0)) }
        page.map { inbox.post(.page(request, $0)) }
      }
    case .loadTotals(let request):
      totals.run { [work, inbox] progress in
        inbox.post(.access(readOnlyReason: work.readOnlyReason))
        work.totals(for: request, progress: progress).map { inbox.post(.totals(request, $0)) }
      }
    case .lookUpSlot(let lookup):
      lookups.run { [work, inbox] _ in inbox.post(.slotLookedUp(lookup, work.whereabouts(of: lookup))) }
    case .loadDetails(let slotID, let generation):
      details.run { [work, inbox] _ in
        inbox.post(.details(slotID: slotID, generation: generation, work.details(of: slotID)))
      }
    case .loadStatistics(let request):
      statistics.run { [work, inbox] progress in
        work.statistics(for: request, progress: progress) { outcome, isFinal in
          inbox.post(.statistics(request, outcome, isFinal: isFinal))
        }
      }
    case .dropStatistics: statistics.cancel()
    case .loadHistogram(let request): count(request)
    case .loadCompanion(let slotID):
      companions.run { [work, inbox] _ in
        inbox.post(.companion(slotID: slotID, work.summary(of: slotID)))
      }
    case .leaveHistogram: for work in [histograms, companions] { work.cancel() }
    case .loadProfiles(let request):
      profiles.run { [work, inbox] progress in
        work.profiles(for: request, progress: progress) { known, problem, isFinal in
          inbox.post(.profiles(request, known, problem: problem, isFinal: isFinal))
        }
      }
    case .loadTensorStatistics(let request):
      tensors.run { [work, inbox] progress in
        work.tensorStatistics(for: request, progress: progress) { outcome, isFinal in
          inbox.post(.tensorStatistics(request, outcome, isFinal: isFinal))
        }
      }
    case .loadTensorChecksum(let request):
      checksums.run { [work, inbox] progress in
        if let md5 = work.tensorChecksum(for: request, progress: progress) {
          inbox.post(.tensorChecksum(request, md5))
        }
      }
    case .loadHeatMap(let order):
      heatMaps.run { [work, inbox] progress in
        work.heatMap(for: order, progress: progress) { outcome, isFinal in
          inbox.post(.heatMap(order, outcome, isFinal: isFinal))
        }
      }
    case .loadValues(let order):
      values.run { [work, inbox] progress in
        if let outcome = work.values(for: order, progress: progress) {
          inbox.post(.tensorValues(order, outcome))
        }
      }
    case .dropTensorStatistics: tensors.cancel()
    case .leaveTensors:
      for work in [profiles, tensors, checksums, heatMaps, values] { work.cancel() }
      work.inView.close()
    case .compare(let build, let slotID, let revision, let sizeBytes):
      comparisons.run { [work, inbox] progress in
        let (before, after) = work.comparison(
          slotID: slotID, revision: revision, sizeBytes: sizeBytes, progress: progress)
        inbox.post(.compared(build: build, before: before, after: after))
        if let totals = work.tensorTotals(slotID: slotID, revision: revision, progress: progress) {
          inbox.post(.tensorsCompared(build: build, totals))
        }
      }
    case .findPrevious(let slotID):
      previous.run { [work, inbox] _ in
        inbox.post(.previous(slotID: slotID, work.previous(of: slotID)))
      }
    case .loadDifference(let request):
      differences.run { [work, inbox] progress in
        work.difference(for: request, progress: progress) { inbox.post(.difference(request, $0)) }
      }
    case .loadDistributions(let request):
      distributions.run { [work, inbox] progress in
        if let outcome = work.distributions(for: request, progress: progress) {
          inbox.post(.distributions(request, outcome))
        }
      }
    case .leaveDifference:
      for work in [differences, distributions] { work.cancel() }
      work.compared.close()
    case .listPaths(let question):
      paths.run { [inbox] progress in
        if let answer = FolderReader(home: HomeFolder.path).answer(to: question, progress: progress) {
          inbox.post(.paths(question, answer))
        }
      }
    case .previewImport(let question):
      previews.run { [work, inbox] _ in inbox.post(.importPreview(question, work.preview(of: question))) }
    case .previewExport(let question):
      previews.run { [work, inbox] progress in
        if let preview = work.preview(of: question, progress: progress) {
          inbox.post(.exportPreview(question, preview))
        }
      }
    case .preview(let orders):
      previews.run { [work, inbox] progress in
        if let preview = work.preview(of: orders, progress: progress) {
          inbox.post(.preview(orders, preview))
        }
      }
    case .loadSlotIDs(let request):
      slotIDs.run { [work, inbox] _ in inbox.post(.slotIDs(request, work.slotIDs(for: request))) }
    case .findGone(let slots):
      gone.run { [work, inbox] progress in
        let gone = work.gone(among: slots, progress)
        if !gone.isEmpty { inbox.post(.gone(gone)) }
      }
    case .run(let id, let request, let old): tasks.run(id, request, replacing: old)
    case .cancelTask(let id): tasks.cancel(id)
    case .cancelBuild(let id): builds.cancel(id)
    case .cancelAllJobs:
      builds.cancelAll()
      tasks.cancelAll()
    default: change(effect)
    }
  }

  /// Heals what dead processes left and gives a foreign store its indexes, once; the store is read meanwhile.
  func prepareStore() {
    preparation.async { [work, inbox] in
      if let problem = work.prepare() { inbox.post(.notice(problem, isError: true)) }
      inbox.post(.storeChanged)
    }
  }

  func cancelAll() {
    damage.stop()
    for work in [
      pages, totals, lookups, details, statistics, histograms, companions, profiles, tensors, checksums,
      heatMaps,
      values, comparisons,
      previous,
      differences,
      distributions, previews, paths, slotIDs, gone,
    ] { work.cancel() }
  }

  /// Waits until what was to be changed has been: who deletes a slot and leaves at once has deleted it.
  func finishChanges() async {
    await withCheckedContinuation { continuation in changes.async { continuation.resume() } }
  }

  private func change(_ effect: Effect) {
    changes.async { [self] in
      switch effect {
      case .submit(let request): submit([request])
      case .submitTogether(let requests): submit(requests)
      case .retryBuild(let id): attempt { try builds.retry(id) }
      case .delete(let slotID): inbox.post(.deleted(slotID: slotID, work.delete(slotID)))
      case .bringBack(let request):
        inbox.post(.broughtBack(request, work.restore(request.slotID, revision: request.revision)))
      case .restore(let slotID, let revision):
        inbox.post(.restored(slotID: slotID, work.restore(slotID, revision: revision)))
      default: break
      }
    }
  }

  private func submit(_ requests: [BuildRequest]) {
    attempt { try builds.submit(requests.map(\.expanded)) }
  }

  /// A vanished store's open index could still be read for a while.
  private func attempt(_ body: () throws -> Void) {
    if let problem = work.goneReason { return inbox.post(.notice(problem, isError: true)) }
    do { try body() } catch { inbox.post(.notice(work.text(error), isError: true)) }
  }
}
