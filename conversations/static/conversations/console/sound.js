/** Two notes made by the browser itself: no file to load, soft enough to hear all day. */

const NOTES = { queue: [659.25, 880], message: [783.99] };
const NOTE_SECONDS = 0.34;
const NOTE_STEP_SECONDS = 0.16;
const LOUDNESS = 0.12;

export class Sound {
  constructor() {
    this.context = null;
    this.isOn = localStorage.getItem("cs.sound") !== "off";
    // Browsers let a page make sound only after the person has touched it once.
    for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => this.unlock(), { capture: true });
  }

  unlock() {
    this.context ??= new AudioContext();
    if (this.context.state === "suspended") this.context.resume();
  }

  setOn(isOn) {
    this.isOn = isOn;
    localStorage.setItem("cs.sound", isOn ? "on" : "off");
    if (isOn) this.play("message");
  }

  play(kind) {
    if (!this.isOn || this.context?.state !== "running") return;
    NOTES[kind].forEach((pitch, at) => this.note(pitch, this.context.currentTime + at * NOTE_STEP_SECONDS));
  }

  note(pitch, start) {
    const tone = new OscillatorNode(this.context, { type: "sine", frequency: pitch });
    const volume = new GainNode(this.context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_SECONDS);
    tone.connect(volume).connect(this.context.destination);
    tone.start(start);
    tone.stop(start + NOTE_SECONDS);
  }
}
