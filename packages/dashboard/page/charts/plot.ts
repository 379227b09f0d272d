import { type Unit, clock, format, hourMinute } from '../format.ts';
import { pointedAt } from './crosshair.ts';
import { runsOf } from './known-values.ts';
import { timeTicks, valueTicks } from './ticks.ts';

/** One line. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Name of the colour's variable in the style sheet. */
  readonly color: string;
}

/** A span to shade, in milliseconds since the epoch. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

/** What a plot shows: times in milliseconds, equally far apart, and lines of the same length. */
export interface PlotData {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: Unit;
}

const LEFT = 64;
const TOP = 8;
const RIGHT = 8;
const BOTTOM = 24;

/** Where times and values are on a canvas of a size in CSS pixels, and how they are drawn there. */
export class Plot {
  readonly data: PlotData;
  readonly #width: number;
  readonly #height: number;
  readonly #from: number;
  readonly #to: number;
  readonly #low: number;
  readonly #high: number;

  constructor(data: PlotData, width: number, height: number) {
    this.data = data;
    this.#width = Math.max(1, width - LEFT - RIGHT);
    this.#height = height - TOP - BOTTOM;
    this.#from = data.times[0] ?? 0;
    this.#to = data.times[data.times.length - 1] ?? 1;
    [this.#low, this.#high] = valueRange(data);
  }

  /** The moment at a place, within the plot. */
  timeAt(x: number): number {
    return this.#from + Math.max(0, Math.min(1, (x - LEFT) / this.#width)) * (this.#to - this.#from);
  }

  /** Distance of two moments in pixels. */
  pixelsOf(spanMs: number): number {
    return (spanMs / (this.#to - this.#from || 1)) * this.#width;
  }

  /** Draws axes, bands and lines. */
  paint(canvas: HTMLCanvasElement, bands: readonly Band[]): void {
    const context = contextOf(canvas, this.#width + LEFT + RIGHT, this.#height + TOP + BOTTOM);
    if (context === null) return;
    const color = colorsOf(canvas);
    this.#paintAxes(context, color('--muted'), color('--line'));
    context.save();
    context.beginPath();
    context.rect(LEFT, TOP - 1, this.#width, this.#height + 2);
    context.clip();
    context.fillStyle = color('--band');
    for (const { from, to } of bands) {
      const left = this.#x(Math.max(from, this.#from));
      context.fillRect(left, TOP, Math.max(1, this.#x(Math.min(to, this.#to)) - left), this.#height);
    }
    const { lines } = this.data;
    lines.forEach((line) => this.#paintLine(context, line, color(line.color), lines.length === 1));
    context.restore();
  }

  /** Draws the crosshair with a dot on each line, and the span of a drag. */
  paintCursor(canvas: HTMLCanvasElement, ms: number | undefined, dragMs: number | undefined): void {
    const context = contextOf(canvas, this.#width + LEFT + RIGHT, this.#height + TOP + BOTTOM);
    const at = pointedAt(this.data.times, ms);
    if (context === null || ms === undefined || at === undefined) return;
    const color = colorsOf(canvas);
    if (dragMs !== undefined) {
      context.fillStyle = color('--accent');
      context.globalAlpha = 0.15;
      context.fillRect(this.#x(dragMs), TOP, this.#x(ms) - this.#x(dragMs), this.#height);
      context.globalAlpha = 1;
    }
    const x = this.#x(this.data.times[at] ?? ms);
    context.fillStyle = color('--muted');
    context.fillRect(Math.round(x), TOP, 1, this.#height);
    for (const { values, color: name } of this.data.lines) {
      const value = values[at];
      if (value === null || value === undefined) continue;
      context.fillStyle = color(name);
      dot(context, x, this.#y(value), 3);
    }
  }

  #x(ms: number): number {
    return LEFT + this.pixelsOf(ms - this.#from);
  }

  #y(value: number): number {
    return TOP + this.#height * (1 - (value - this.#low) / (this.#high - this.#low));
  }

  #paintAxes(context: CanvasRenderingContext2D, ink: string, line: string): void {
    const { unit } = this.data;
    context.font = '11px system-ui, sans-serif';
    const base = unit.startsWith('bytes') ? 'binary' : unit === 'seconds' ? 'seconds' : 'decimal';
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const value of valueTicks(this.#low, this.#high, this.#height / 28, base)) {
      const y = Math.round(this.#y(value));
      context.fillStyle = line;
      context.fillRect(LEFT, y, this.#width, 1);
      context.fillStyle = ink;
      context.fillText(format(value, unit), LEFT - 8, y);
    }
    const zone = new Date(this.#from).getTimezoneOffset();
    const { at, stepMs } = timeTicks(this.#from, this.#to, this.#width / 60, zone);
    context.textAlign = 'center';
    for (const ms of at) {
      const x = Math.round(this.#x(ms));
      context.fillStyle = line;
      context.fillRect(x, TOP + this.#height, 1, 4);
      context.fillStyle = ink;
      // A label half out of the picture cannot be read.
      if (x < LEFT + this.#width - 12)
        context.fillText((stepMs < 60_000 ? clock : hourMinute)(ms), x, TOP + this.#height + 14);
    }
  }

  #paintLine(context: CanvasRenderingContext2D, { values }: Line, color: string, isFilled: boolean): void {
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    for (const [from, to] of runsOf(values)) {
      if (from === to) {
        // A value between two gaps would otherwise not be seen.
        dot(context, this.#x(this.data.times[from] ?? 0), this.#y(values[from] ?? 0), 1.5);
        continue;
      }
      context.beginPath();
      for (let at = from; at <= to; at += 1)
        context.lineTo(this.#x(this.data.times[at] ?? 0), this.#y(values[at] ?? 0));
      context.stroke();
      if (!isFilled) continue;
      context.lineTo(this.#x(this.data.times[to] ?? 0), this.#y(this.#low));
      context.lineTo(this.#x(this.data.times[from] ?? 0), this.#y(this.#low));
      context.globalAlpha = 0.12;
      context.fill();
      context.globalAlpha = 1;
    }
  }
}

function valueRange({ lines, unit }: PlotData): [low: number, high: number] {
  let low = 0;
  let max = 0;
  for (const { values } of lines) {
    for (const value of values) {
      if (value === null) continue;
      low = Math.min(low, value);
      max = Math.max(max, value);
    }
  }
  const high = max === 0 ? (low < 0 ? 0 : 1) : max * 1.1;
  // A share is seen against the whole once it comes near.
  return [low * 1.1, unit === 'ratio' && high < 1 && high > 0.6 ? 1 : high];
}

/** Colours of the style sheet by the names of their variables. */
function colorsOf(canvas: HTMLCanvasElement): (name: string) => string {
  const style = getComputedStyle(canvas);
  return (name) => style.getPropertyValue(name).trim();
}

/** An empty context whose unit is the CSS pixel. */
function contextOf(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  const pixels = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)] as const;
  // A new size means new memory, which a moving pointer should not cost.
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
  context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fill();
}
