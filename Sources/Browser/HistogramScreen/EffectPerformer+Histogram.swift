import Dispatch

extension EffectPerformer {
  /// How far it is, is told ten times a second as long as it lasts.
  func count(_ request: HistogramRequest) {
    histograms.run { [work, inbox] progress in
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
      timer.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(100))
      timer.setEventHandler { inbox.post(.histogramCounted(request, fraction: progress.fraction)) }
      timer.activate()
      defer { timer.cancel() }
      work.histogram(for: request, progress: progress) { outcome, isFinal in
        inbox.post(.histogram(request, outcome, isFinal: isFinal))
      }
    }
  }
}
