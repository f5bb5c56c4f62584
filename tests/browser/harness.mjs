// The real binary on a free port with throw-away data, and Debian's Chromium in front of it.
//
//   const server = await serve();                       the product, ready
//   const p = await page({ javascript: false, width: 320, scheme: 'dark' });
//   await p.goto(server.url + '/report');
//   await looks(p, 'report');                           axe, no sideways scrolling, pictures, in four looks
//   await closeAll();                                   in after()
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const target = resolve(root, process.env.CARGO_TARGET_DIR || 'target');
export const binary = process.env.VULNERARY_BIN || join(target, 'debug/vulnerary');
const screenshots = process.env.VULNERARY_SCREENSHOTS || join(target, 'screenshots');

/** The four looks every page is checked in: narrow and wide, light and dark. */
export const LOOKS = [320, 1280].flatMap((width) => ['light', 'dark'].map((scheme) => ({ width, scheme })));

/** Why the product cannot be started yet (for a test's `skip`), or false. */
export function notServing() {
  if (!existsSync(binary)) return loud(`${binary} is not built`);
  const help = spawnSync(binary, ['serve', '--help'], { encoding: 'utf8', timeout: 20_000 });
  if (help.status === 0 && help.stdout.includes('--listen')) return false;
  return loud(`${binary} does not know \`serve\` yet`);
}
function loud(why) {
  console.log(`!! SKIPPED: ${why}`);
  return why;
}

/** A port that nobody listens on now. */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

const toClose = [];

/**
 * Starts `vulnerary serve` and waits until /readyz says 200.
 * Answers { url, data, log(), line(pattern), stop() }; `line` waits for the first printed line that matches.
 */
export async function serve({ args = [], env = {}, data } = {}) {
  const own = data === undefined;
  const at = data ?? mkdtempSync(join(tmpdir(), 'vulnerary-browser.'));
  const port = await freePort();
  const child = spawn(binary, ['serve', '--data', at, '--listen', `127.0.0.1:${port}`, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let ended = null;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += part));
  const gone = new Promise((done) => {
    child.on('error', (error) => done((ended = String(error))));
    child.on('exit', (code, signal) => done((ended = `ended with ${signal ?? code}`)));
  });
  const server = {
    url: `http://127.0.0.1:${port}`,
    data: at,
    log: () => text,
    async line(pattern, seconds = 20) {
      const found = () => text.split('\n').find((line) => pattern.test(line));
      await until(() => found() !== undefined, seconds, () => `no line like ${pattern} in:\n${text}`);
      return found();
    },
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(kill);
      if (own) rmSync(at, { recursive: true, force: true });
      return ended;
    },
  };
  toClose.push(server.stop);
  await until(
    async () => {
      if (ended) throw new Error(`serve ${ended}:\n${text}`);
      const answer = await fetch(`${server.url}/readyz`).catch(() => null);
      return answer?.status === 200;
    },
    60,
    () => `serve was not ready in a minute:\n${text}`,
  );
  return server;
}

async function until(holds, seconds, why) {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(why());
    await new Promise((go) => setTimeout(go, 50));
  }
}

let started;
function browser() {
  started ??= chromium.launch({
    executablePath: process.env.VULNERARY_CHROMIUM || '/usr/bin/chromium',
    headless: true, // with a fresh user-data-dir each launch
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return started;
}

/** A fresh page in a browser profile of its own (no cookies shared with another page). */
export async function page({ javascript = false, width = 1280, scheme = 'light', ...more } = {}) {
  const context = await (await browser()).newContext({
    javaScriptEnabled: javascript,
    viewport: { width, height: 900 },
    colorScheme: scheme,
    locale: 'en-GB',
    acceptDownloads: true,
    ...more,
  });
  const made = await context.newPage();
  made.setDefaultTimeout(15_000);
  made.look = { width, scheme };
  return made;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The same HTML in a copy of the page where axe's script may run: without the page's CSP, with its styles, and without
 * asking the server for the page again (a POST's answer is checked as it was given). One copy serves one page after
 * another: a context of its own for each would take longer than axe does.
 */
let copying;
async function scripted(from) {
  copying ??= page({ javascript: true, bypassCSP: true });
  const copy = await copying;
  await from.waitForLoadState();
  const html = await from.content();
  await copy.unrouteAll();
  await copy.route('**/*', (route) => {
    if (route.request().isNavigationRequest()) return route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' });
    return route.request().resourceType() === 'stylesheet' ? route.continue() : route.abort();
  });
  await copy.goto(from.url());
  await copy.evaluate(axeSource);
  await wear(copy, from.look ?? LOOKS[2]);
  return copy;
}

/** Puts a page into one of the looks. */
export async function wear(p, look) {
  p.look = look;
  await p.setViewportSize({ width: look.width, height: 900 });
  await p.emulateMedia({ colorScheme: look.scheme });
}

/** Everything axe knows; `only` narrows it to some rules. */
async function findings(copy, only) {
  const options = { resultTypes: ['violations'], ...(only && { runOnly: only }) };
  const { violations } = await copy.evaluate((o) => globalThis.axe.run(document, o), options);
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`),
  );
}

/** What axe finds wrong (WCAG 2.2 A and AA, and its best practices), one readable line a finding; [] is good. */
export async function axe(from) {
  return findings(await scripted(from));
}

/** Saves the whole page as target/screenshots/NAME-WIDTH-SCHEME.png and answers its path. */
export async function shot(from, name) {
  mkdirSync(screenshots, { recursive: true });
  const { width, scheme } = from.look;
  const path = join(screenshots, `${name}-${width}-${scheme}.png`);
  await from.screenshot({ path, fullPage: true });
  return path;
}

/** How many CSS pixels the page is wider than its window: 0 is good (WCAG 1.4.10 reflow). */
export function overflow(from) {
  return from.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What one press of Tab after another reaches, as `tag name|id|text`, until it leaves the page or `most`. */
export async function tabStops(from, most = 200) {
  const stops = [];
  for (let i = 0; i < most; i += 1) {
    await from.keyboard.press('Tab');
    const stop = await from.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body || at === document.documentElement) return null;
      const label = at.getAttribute('name') || at.id || (at.textContent ?? '').trim().slice(0, 60);
      return `${at.tagName.toLowerCase()} ${label}`;
    });
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}

/**
 * Asserts what holds for every page in each of the four looks: axe has nothing to say, no sideways scrolling; and takes
 * its pictures. The page itself stays as it is: a copy wears the looks.
 */
export async function looks(from, name) {
  const copy = await scripted(from);
  const wrong = [];
  for (const look of LOOKS) {
    await wear(copy, look);
    await shot(copy, name);
    const where = `${name} at ${look.width} px, ${look.scheme}`;
    // In the dark only colours differ from the light page of the same width.
    wrong.push(...(await findings(copy, look.scheme === 'dark' ? ['color-contrast'] : undefined)).map((line) => `${where}: ${line}`));
    const wider = await overflow(copy);
    if (wider > 0) wrong.push(`${where}: scrolls sideways by ${wider} px`);
  }
  assert.deepEqual(wrong, []);
}

/** Closes the browser and stops every server; call it in after(). */
export async function closeAll() {
  if (started) await (await started).close();
  started = undefined;
  copying = undefined;
  for (const stop of toClose.splice(0)) await stop();
}
