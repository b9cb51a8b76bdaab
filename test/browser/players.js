// Starts one player on one manifest and writes down what its video element goes through, for test/browser/play.test.ts.

/**
 * How each player is started; `fail` is told of every error, fatal or not, and `hear` of the quality of each segment
 * that the player makes known from its manifest. Each gives what tells when the picture that is shown was taken, in milliseconds since
 * 1970.
 */
const starters = {
  "hls.js": (video, url, fail, hear, lowLatency) => {
    const player = lowLatency ? new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1 }) : new Hls();
    player.on(Hls.Events.ERROR, (_event, { type, details, fatal }) => fail(`${type} ${details} ${fatal}`));
    player.on(Hls.Events.LEVEL_UPDATED, (_event, { details }) => {
      for (const { id, attr } of Object.values(details.dateRanges)) hear(id, attr["X-ORG-SVTA-MQA-VIDEO"]);
    });
    player.loadSource(url);
    player.attachMedia(video);
    return () => player.playingDate?.getTime();
  },
  "dash.js": (video, url, fail, hear) => {
    const player = dashjs.MediaPlayer().create();
    player.on(dashjs.MediaPlayer.events.ERROR, ({ error }) => fail(`${error.code} ${error.message}`));
    player.on("urn:mqa-packager:quality:2026", ({ event }) => {
      hear(`${event.eventStream.value}-${event.id}`, /-video=(\d+)/.exec(event.messageData)?.[1]);
    });
    player.updateSettings({ debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE } });
    player.initialize(video, url, true);
    // Media time counts from the epoch.
    return () => video.currentTime * 1000;
  },
  shaka: (video, url, fail, _hear, lowLatency) => {
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    if (lowLatency) player.configure({ streaming: { lowLatencyMode: true, liveSync: { enabled: true } } });
    player.addEventListener("error", ({ detail }) => fail(`${detail.code} ${detail.message}`));
    void (async () => {
      await player.attach(video);
      await player.load(url).catch((error) => fail(`${error.code} ${error.message}`));
      await video.play();
    })();
    return () => player.getPlayheadTimeAsDate()?.getTime();
  },
};

/** The record of one player; times are seconds of the page's clock. */
window.play = (starter, url, lowLatency) => {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, autoplay: true, width: 320 });
  document.body.append(video);
  const record = { errors: [], waits: [], seeks: [], heard: {}, requested: now(), started: undefined };
  video.addEventListener("timeupdate", () => {
    if (video.currentTime > 0 && !video.seeking) record.started ??= now();
  });
  video.addEventListener("waiting", () => {
    if (record.started !== undefined) record.waits.push(now() - record.started);
  });
  video.addEventListener("seeking", () => {
    if (record.started !== undefined) record.seeks.push(now() - record.started);
  });
  video.addEventListener("error", () => record.errors.push(`video ${video.error?.message}`));
  const fail = (error) => record.errors.push(error);
  const hear = (segment, score) => {
    record.heard[segment] = score;
  };
  const taken = starters[starter](video, url, fail, hear, lowLatency);
  /** How long ago the picture that was shown was taken, and how fast it was played: four times a second since the start. */
  const latencies = [];
  const rates = [];
  setInterval(() => {
    if (record.started === undefined || video.paused) return;
    latencies.push(Date.now() - taken());
    rates.push(video.playbackRate);
  }, 250);
  return {
    /** What can be seen now. */
    look: () => {
      const { droppedVideoFrames, totalVideoFrames } = video.getVideoPlaybackQuality();
      const buffered =
        video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 0;
      const { currentTime, videoWidth, videoHeight, playbackRate } = video;
      return {
        ...record,
        latencies: [...latencies],
        rates: [...rates],
        at: now(),
        currentTime,
        videoWidth,
        videoHeight,
        playbackRate,
        droppedVideoFrames,
        totalVideoFrames,
        buffered,
      };
    },
  };
};

function now() {
  return performance.now() / 1000;
}
