/**
 * One meeting of one person, from joining to leaving: who is there, the pairs, and what the page shows of them. All that it makes ends with
 * its signal, and leaves the page's elements as they were. What outlives a meeting is given to it: media, preferences, elements.
 *
 * A feature of a meeting is a line here.
 *
 * @import { Ignored } from "../chat/ignored.js"
 * @import { Lazy } from "../lib/lazy.js"
 * @import { Devices } from "../media/devices.js"
 * @import { Level } from "../media/levels.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { SoundOutput } from "../media/sound-output.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Signer } from "../verification/keys.js"
 */

import { systemClock } from "../lib/clock.js";
import { part } from "../lib/dom.js";
import { listener } from "../lib/listen.js";
import { keepAwake } from "../media/wake-lock.js";
import { DataSaver } from "../preferences/data-saver.js";
import { Fanout } from "../rtc/encoding/fanout.js";
import { People } from "../signaling/people.js";
import { CallControls } from "../ui/call-controls.js";
import { keepFocus } from "../ui/focus-keeper.js";
import { PeoplePanel } from "../ui/people-panel.js";
import { PictureWindow } from "../ui/picture-window.js";
import { QualityCard } from "../ui/quality-card.js";
import { RoomGraph } from "../ui/room-graph.js";
import { TileGrid } from "../ui/tile-grid.js";
import { TilePager } from "../ui/tile-pager.js";
import { Announcements } from "./announcements.js";
import { BreakoutLoader } from "./breakout-loader.js";
import { Call } from "./call.js";
import { ChatLoader } from "./chat-loader.js";
import { DataSaverMenu } from "./data-saver-menu.js";
import { DemandSender } from "./demand-sender.js";
import { Enforcement } from "./enforcement.js";
import { ExtrasLoader } from "./extras-loader.js";
import { FileDrop } from "./file-drop.js";
import { FilesLoader } from "./files-loader.js";
import { HandLoader } from "./hand-loader.js";
import { Headcount } from "./headcount.js";
import { Lock } from "./lock.js";
import { Loudspeaker } from "./loudspeaker.js";
import { PeopleToggle } from "./people-toggle.js";
import { Presentation } from "./presentation.js";
import { PushToTalk } from "./push-to-talk.js";
import { Quality } from "./quality.js";
import { ReactionLoader } from "./reaction-loader.js";
import { SocketStatus } from "./socket-status.js";
import { Speech } from "./speech.js";
import { Spotlight } from "./spotlight.js";
import { Stage } from "./stage/stage.js";
import { Tiles } from "./stage/tiles.js";
import { WaitingLoader } from "./waiting-loader.js";

export class Meeting {
  #client;
  #call;
  #tiles;
  /** Who is there. */
  people;

  /**
   * @param {object} options
   * @param {HTMLElement} options.root has the elements of a call
   * @param {string} options.name of the meeting
   * @param {SignalingClient} options.client that has not joined yet
   * @param {{devices: Devices, local: LocalMedia, level: Level}} options.media
   * @param {() => RTCCertificate[]} options.certificates those made so far
   * @param {Lazy<Signer>} options.signer signs for the page
   * @param {SoundOutput} options.sound
   * @param {Preferences} options.preferences
   * @param {Ignored} options.ignored
   * @param {CallNotices} options.notices
   * @param {AbortSignal} options.signal
   */
  constructor({ root, name, client, media, certificates, signer, sound, preferences, ignored, notices, signal }) {
    const { devices, local, level } = media;
    this.#client = client;
    const controls = part(root, "call-controls", CallControls);
    const panel = part(root, "people-panel", PeoplePanel);
    const grid = part(root, "tile-grid", TileGrid);
    const pager = part(root, "tile-pager", TilePager);
    const [clock, network] = [systemClock, window];

    const people = (this.people = new People(client, signal));
    const dataSaver = new DataSaver(preferences);
    const fanout = Fanout.make();
    signal.addEventListener("abort", () => fanout?.close());
    const call = new Call({ client, people, local, dataSaver, certificates, fanout, network, signal });
    this.#call = call;
    new Enforcement({ people, call, local, signal });

    const pictures = new PictureWindow();
    const tiles = new Tiles({ grid, pictures, signal });
    this.#tiles = tiles;
    const stage = new Stage({ grid, pager, controls, tiles, pictures, preferences, notices, signal });
    new Presentation({ people, call, local, dataSaver, ignored, tiles, panel, signal });
    const speech = new Speech({ people, call, local, level, sound, tiles, stage, notices, signal });
    new DemandSender({ call, tiles, speech, dataSaver, signal });
    new Spotlight({ people, call, stage, signal });
    new HandLoader({ client, people, local, level, controls, panel, tiles, notices, preferences, signal });
    new ReactionLoader({ call, controls, people, tiles, stage: part(root, ".call", HTMLElement), notices, signal });

    const [card, graph, room] = [
      part(root, "quality-card", QualityCard),
      part(panel, "room-graph", RoomGraph),
      part(panel, "[data-part=headroom]", HTMLElement),
    ];
    const quality = new Quality({ people, call, tiles, card, graph, room, notices, clock, signal });
    new Announcements({ client, people, call, quality, controls, panel, notices, signal });
    new WaitingLoader({ root, client, people, signal });
    const files = new FilesLoader({ people, call, signal });
    const chat = new ChatLoader({ root, client, people, call, controls, aside: panel, files, notices, preferences, sound, ignored, signer, signal });
    new FileDrop({ stage: part(root, ".call", HTMLElement), chat, notices, signal });
    new Headcount({ root, people, chat, controls, sound, name, signal });
    new Loudspeaker({ root, button: part(root, "[data-part=sound]", HTMLElement), controls, tiles, devices, sound, notices, signal });
    new SocketStatus({ element: part(root, "[data-part=line]", HTMLElement), client, network, clock, signal });
    new DataSaverMenu({ root, controls, dataSaver, local, notices, signal });
    new PeopleToggle({ panel, controls, signal });
    new BreakoutLoader({ root, client, people, controls, notices, signal });
    new PushToTalk({ controls, local, signal });
    const extras = new ExtrasLoader({
      root, client, people, call, local, controls, panel, grid, tiles, stage, chat, files, preferences, sound, ignored,
      signer, notices, network, clock, signal,
    });
    const lock = root.querySelector("form[data-part=lock]");
    if (lock instanceof HTMLFormElement) new Lock({ form: lock, people, notices, network, signal });

    const on = listener(signal);
    on(controls, "command", ({ command }) => command === "leave" && extras.leave(() => client.leave()));
    client.addEventListener("welcomed", () => keepAwake({ document, wakeLock: navigator.wakeLock, signal }), { once: true, signal });
    keepFocus({ root, refuge: () => part(controls, "button", HTMLElement), signal });
  }

  /** Settles when the offers that follow `welcomed` have been sent. The layout of the page can wait for that. */
  get offered() {
    return this.#call.offered;
  }

  /** The page comes back: what the browser kept back is asked for again. */
  wake() {
    this.#client.check();
    void this.#tiles.play();
  }
}
