// A stranger reports, keeps the proof, comes back with the words. JavaScript is off.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary, closeAll, looks, notServing, page, serve, tabStops } from './harness.mjs';
import { complaint, headline, send, Staff, text } from './staff.mjs';

const skip = notServing();
let server;
let folder;
before(async () => {
  if (skip) return;
  server = await serve();
  folder = mkdtempSync(join(tmpdir(), 'vulnerary-stranger.'));
  writeFileSync(join(folder, 'update.bin'), '#!/bin/sh\nid\n');
});
after(async () => {
  await closeAll();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const verify = (...args) => spawnSync(binary, ['verify', ...args], { encoding: 'utf8', timeout: 60_000 });

async function open(path) {
  const p = await page();
  const answer = await p.goto(server.url + path);
  assert.ok(answer.status() < 500, `${path}: ${answer.status()}`);
  return p;
}

/** Types a report, with a file. */
async function write(p, found) {
  await p.getByLabel('What did you find?').fill(found);
  await p.getByLabel('Which product?').fill('IS-200 gateway');
  await p.getByLabel('Which version?').fill('4.1');
  await p.locator('input[type=file]').setInputFiles(join(folder, 'update.bin'));
}

const number = async (p) => (await p.locator('.ticket').innerText()).trim();
const wordsOn = async (p) => (await p.locator('.words li').allInnerTexts()).join(' ');

/** Opens a report with its words. */
async function follow(words) {
  const p = await open('/track');
  await p.getByLabel('Your twelve words').fill(words);
  await send(p, 'Open the report');
  return p;
}

/** Presses the button that saves the receipt, and keeps the file. */
async function save(p) {
  const coming = p.waitForEvent('download');
  await send(p, 'Save the receipt');
  const download = await coming;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

const PAGES = {
  home: ['/', /Found a weakness in one of our products\?/],
  report: ['/report', /Only one thing is needed: what you found/],
  track: ['/track', /The twelve words on your receipt open your report/],
  policy: ['/policy', /First answer to the reporter/],
  'no-page': ['/nowhere', /There is no page here/],
  'sign-in': ['/desk/sign-in', /Mail address/],
};
for (const [name, [path, words]] of Object.entries(PAGES)) {
  test(`${path} in four looks, without a cookie or a script`, { skip }, async () => {
    const p = await open(path);
    assert.match(await text(p), words);
    assert.deepEqual(await p.context().cookies(), []);
    assert.equal(await p.locator('script').count(), 0);
    await looks(p, name);
  });
}

test('a report with a file has a receipt that proves it, and the same form again has the same', { skip }, async () => {
  const p = await open('/report');
  await write(p, 'The gateway runs an unsigned update file.');
  await send(p, 'Send the report');
  assert.equal(await headline(p), 'We have your report');
  await looks(p, 'receipt');
  const [report, words] = [await number(p), await wordsOn(p)];
  assert.match(report, /^VR-[0-9A-Z]{4}-[0-9A-Z]{3}$/);
  assert.equal(words.split(' ').length, 12);
  await p.locator('summary', { hasText: 'Proof of receipt' }).click();
  await looks(p, 'receipt-proof');

  const receipt = await save(p);
  assert.ok(!readFileSync(receipt, 'utf8').includes(words.split(' ').slice(0, 3).join(' ')), 'the words are not in the file');
  const good = verify(receipt, '--file', join(folder, 'update.bin'));
  assert.equal(good.status, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /^holds: /m);
  writeFileSync(join(folder, 'other.bin'), 'something else');
  assert.equal(verify(receipt, '--file', join(folder, 'other.bin')).status, 1, 'another file was not sent');
  const changed = join(folder, 'changed.json');
  writeFileSync(changed, readFileSync(receipt, 'utf8').replace(report, 'VR-0000-000'));
  assert.notEqual(verify(changed).status, 0, 'a changed receipt does not hold');

  await p.reload();
  assert.equal(await number(p), report, 'sent again, it is the same report');
  assert.equal(await wordsOn(p), words);
});

test('the words open the report; messages and files go both ways', { skip }, async () => {
  const sent = await open('/report');
  await write(sent, 'The pump shows the passwords of others.');
  await send(sent, 'Send the report');
  const [report, words] = [await number(sent), await wordsOn(sent)];

  const typed = words.toUpperCase().replace(' ', '\n').replace(' ', ' - ');
  const p = await follow(typed);
  assert.equal(await number(p), report, 'capitals, hyphens and line breaks do not matter');
  assert.doesNotMatch(p.url(), new RegExp(words.split(' ')[0]), 'the words are in no address');
  await looks(p, 'track-report');
  await p.getByLabel('Write to us').fill('Also in the log <b>file</b>.');
  await p.locator('input[type=file]').setInputFiles({ name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from('secret') });
  await send(p, 'Send the message');
  assert.match(await text(p), /We have your message\./);
  assert.match(await text(p), /Also in the log <b>file<\/b>\./, 'shown as it was typed');
  assert.match(await text(p), /log\.txt/);
  await looks(p, 'track-message-sent');

  const link = (await server.line(/\/desk\/set-up\//)).trim();
  const staff = await Staff.join(server, link, { name: 'Annika Hofmann', email: 'annika@example.com' });
  await staff.act(`/desk/report/${report}/acknowledge`, { message: 'Thank you. Which log file is it?' });
  const again = await follow(words);
  assert.match(await text(again), /Which log file is it\?/);
  assert.doesNotMatch(await text(again), /Annika|Hofmann/, 'the answer comes from the team');
  await looks(again, 'track-answered');
  const receipt = await save(again);
  assert.equal(verify(receipt).status, 0, 'the receipt can be had again');
});

test('what is wrong is said beside the field, and everything typed is still there', { skip }, async () => {
  const p = await open('/report');
  await p.getByLabel('Which product?').fill('IS-200 gateway');
  await p.getByText('More about you').click();
  await p.getByLabel('Your own reference').fill('K-17');
  await send(p, 'Send the report');
  assert.match(await p.title(), /^Error: /);
  assert.match(await complaint(p), /Write what you found, or attach a file/);
  assert.equal(await p.getByLabel('Which product?').inputValue(), 'IS-200 gateway');
  assert.equal(await p.getByLabel('Your own reference').inputValue(), 'K-17');
  assert.ok(await p.getByLabel('Your own reference').isVisible(), 'a fold with an answer stays open');
  await looks(p, 'report-wrong');
  await p.locator('.note.summary a').first().click();
  assert.match(p.url(), /#/, 'the summary leads to the field');

  const wrong = await follow('park cup tumble kite roof view face tower smile alley echo coast');
  assert.match(await complaint(wrong), /No report has these words|has no|not/);
  await looks(wrong, 'track-wrong');
  const few = await follow('park cup');
  assert.equal(await few.getByLabel('Your twelve words').inputValue(), 'park cup');
  assert.notEqual(await complaint(few), '');
});

test('the keyboard alone is enough to report and to follow', { skip }, async () => {
  const p = await open('/report');
  const stops = await tabStops(p);
  assert.equal(stops[0], 'a Skip to the content');
  const order = ['danger_now', 'description', 'product', 'version', 'files', 'public', 'email', 'credit'];
  const at = order.map((name) => stops.findIndex((stop) => stop.endsWith(` ${name}`)));
  assert.ok(at.every((i) => i > 0), `all are reached: ${stops}`);
  assert.deepEqual(at, at.toSorted((a, b) => a - b), 'in the order in which they are read');
  assert.equal(stops.at(-1), 'button Send the report');

  const q = await open('/report');
  const focus = () => q.evaluate(() => document.activeElement.getAttribute('name') || document.activeElement.textContent.trim());
  const tabTo = async (name) => {
    for (let i = 0; i < 60 && (await focus()) !== name; i += 1) await q.keyboard.press('Tab');
    assert.equal(await focus(), name);
    const ring = await q.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(ring, 'none', `${name} shows that it has the focus`);
  };
  await tabTo('danger_now');
  await q.keyboard.press('ArrowDown');
  await tabTo('description');
  await q.keyboard.type('The alarm stays silent after a restart.');
  await tabTo('Send the report');
  await q.keyboard.press('Enter');
  await q.waitForLoadState();
  assert.equal(await headline(q), 'We have your report');
  await tabTo('Follow this report');
  await q.keyboard.press('Enter');
  await q.waitForLoadState();
  assert.equal(await headline(q), 'Your report');
});
