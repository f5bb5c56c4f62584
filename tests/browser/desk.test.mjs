// Two people work one report from the public form to its signed closure, through the pages, without JavaScript.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { binary, closeAll, looks, notServing, page, serve } from './harness.mjs';
import { complaint, fill, headline, PASSWORD, send, Staff, text } from './staff.mjs';

const skip = notServing();
let server;
let annika; // the first person: administrator with every role
let bogdan; // handler and approver
let reporter; // a stranger's browser, on the page of their report
let words; // the stranger's twelve words
let caseUrl; // /desk/case/VC-…
let reportUrl; // /desk/report/VR-…

before(async () => {
  if (!skip) server = await serve();
});
after(closeAll);

/** One step of the story. Where one fails, the rest cannot be told. */
let broken = false;
const step = (name, tell) =>
  test(name, { skip }, async () => {
    assert.ok(!broken, 'an earlier step failed');
    broken = true;
    await tell();
    broken = false;
  });

function vulnerary(...args) {
  const done = spawnSync(binary, [...args, '--data', server.data], { encoding: 'utf8', timeout: 60_000 });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

step('the set-up link makes the first person, and works once', async () => {
  const link = (await server.line(/\/desk\/set-up\//)).trim();
  annika = await Staff.join(server, link, { name: 'Annika Hofmann', email: 'annika@example.com' }, (p, at) => looks(p, `desk-set-up-${at}`));
  assert.equal(annika.codes.length, 10);
  const other = await page();
  const answer = await other.goto(link);
  assert.equal(answer.status(), 404);
  assert.equal(await headline(other), 'This link does not work any more');
  await looks(other, 'desk-link-used');
});

step('settings lead through organisation, products and the recovery sheet', async () => {
  await annika.p.getByRole('link', { name: 'Go on with set-up' }).click();
  await looks(annika.p, 'desk-settings-empty');
  await annika.p.getByRole('link', { name: 'Organisation and contacts' }).click();
  await looks(annika.p, 'desk-organisation');
  await send(annika.p);
  assert.match(await complaint(annika.p), /Write something here/);
  await annika.settle({ name: 'Example Infusion Systems', email: 'psirt@example.com', emergency_phone: '+49 30 5555 0100' });
  await annika.open('/desk/products');
  await looks(annika.p, 'desk-products-empty');
  await annika.settle({ name: 'IS-200 gateway' });
  assert.equal(await headline(annika.p), 'IS-200 gateway');
  await annika.settle({ version: '4.1', class: 'supported', shipped: '2026-03-01' }, 'Add the release');
  await annika.settle({ version: '4.2' }, 'Add the release');
  await looks(annika.p, 'desk-product');
  await annika.open('/desk/recovery-sheet');
  await looks(annika.p, 'desk-recovery-sheet');
  assert.match(await text(annika.p), /[A-Z2-7]{4}/, 'the key stands on the sheet');
  await annika.settle({ safe: 'yes' });
  assert.doesNotMatch(await text(annika.p), /Nobody has confirmed that the recovery sheet/);
});

step('a second person joins through an invitation, with a password and an app of their own', async () => {
  await annika.open('/desk/people');
  await looks(annika.p, 'desk-people');
  await annika.settle({ name: 'Bogdan Ilić', email: 'bogdan@example.com', roles: ['handler', 'approver'] });
  await looks(annika.p, 'desk-invitation');
  const link = (await annika.p.locator('.secret').innerText()).trim();
  bogdan = await Staff.join(server, link, { name: 'Bogdan Ilić', email: 'bogdan@example.com' }, (p, at) => looks(p, `desk-${at}`));
  await bogdan.p.getByRole('link', { name: 'Go to the desk' }).click();
  assert.equal(await headline(bogdan.p), 'Inbox');
  await looks(bogdan.p, 'desk-inbox-empty');
  for (const path of ['/desk/settings', '/desk/people', '/desk/policy']) {
    const answer = await bogdan.p.goto(server.url + path);
    assert.equal(answer.status(), 404, `${path} is not for a handler`);
  }
  await looks(bogdan.p, 'desk-nothing-here');
});

step('the policy names who owns new cases', async () => {
  await annika.open('/desk/policy');
  await looks(annika.p, 'desk-policy');
  await annika.settle({ owner: await optionOf(annika.p, 'owner', 'Annika Hofmann'), zone: 'Europe/Berlin' });
  assert.match(await text(annika.p), /In force since/);
});

/** The value of an option by its words. */
function optionOf(p, name, words) {
  return p.locator(`select[name="${name}"] option`, { hasText: words }).first().getAttribute('value');
}

step('a report from the public form arrives in the inbox, owned, with its clock', async () => {
  reporter = await page();
  await reporter.goto(`${server.url}/report`);
  await reporter.getByLabel('What did you find?').fill('The gateway runs an unsigned update file.\n\n1. Copy update.bin to a stick.\n2. Plug it in.');
  await reporter.getByLabel('Which product?').fill('IS-200 gateway');
  await reporter.getByLabel('Which version?').fill('4.1');
  await reporter.locator('input[type=file]').setInputFiles({ name: 'update.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('#!/bin/sh\nid\n') });
  await send(reporter, 'Send the report');
  words = (await reporter.locator('.words li').allInnerTexts()).join(' ');
  const number = (await reporter.locator('.ticket').innerText()).trim();

  await annika.open('/desk');
  await looks(annika.p, 'desk-inbox');
  const lines = await annika.p.locator('main tbody tr').allInnerTexts();
  assert.equal(lines.length, 2, 'the case, and the report whose reporter waits for an answer');
  assert.match(lines[0], /In \d days: acknowledge/, 'what is due first stands first');
  assert.match(lines[1], /review .*VC-[^]*Annika Hofmann/, 'the intake owner owns the case');
  await annika.p.locator('main tbody a[href^="/desk/case/"]').click();
  await annika.p.waitForLoadState();
  caseUrl = new URL(annika.p.url()).pathname;
  await looks(annika.p, 'desk-case-new');
  assert.match(await text(annika.p), /2\. Plug it in\./);
  await annika.p.getByRole('link', { name: number }).first().click();
  reportUrl = new URL(annika.p.url()).pathname;
  await looks(annika.p, 'desk-report');
  const download = annika.p.waitForEvent('download');
  await annika.p.getByRole('link', { name: 'update.bin' }).click();
  assert.equal((await download).suggestedFilename(), 'update.bin');
});

step('an acknowledgement reaches the reporter, and an answer comes back', async () => {
  await annika.open(`${reportUrl}/acknowledge`);
  await looks(annika.p, 'desk-act-acknowledge');
  await annika.settle({ message: 'Thank you. We look at it and write again by Thursday.' });
  await follow();
  assert.match(await text(reporter), /We look at it and write again by Thursday/);
  await reporter.getByLabel('Write to us').fill('It also works over the network port.');
  await send(reporter, 'Send the message');
  await annika.open(caseUrl);
  assert.match(await text(annika.p), /It also works over the network port/);
});

async function follow() {
  await reporter.goto(`${server.url}/track`);
  await reporter.getByLabel('Your twelve words').fill(words);
  await send(reporter, 'Open the report');
}

// What a handler answers, by form. The first open line of the case's task list leads from one to the next.
const ANSWERS = {
  review: {
    applicable: 'yes', applicable_why: 'The same on our bench.', verifiable: 'yes', threats: 'no',
    tier: 'medium', safety_screen: 'no', harmed: 'no',
  },
  validate: { why: 'It is ours, and it works.' },
  accept: {},
  impact: { finding: 'Whoever can plug in a stick runs programs on the gateway.' },
  'root-cause': { finding: 'The update service does not check the signature.', cwe: '347' },
  related: { finding: 'Looked through the other update paths: none has it.' },
  score: { vector: 'CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', why: 'Needs to be at the device.' },
  status: { 'row-*': 'fixed/verified', why: '4.2 checks the signature; 4.1 got the same change.' },
  safety: { harm: 'no', hazard: 'None: the pumps take no command from the gateway.' },
  route: { route: 'change_control', references: 'CR-2291', why: 'The update service has to check.' },
  siblings: { answer: 'IS-100 and IS-300 have another update service.' },
  'third-parties': { answer: 'Nobody: the service is our own.' },
  'residual-risk': { answer: 'None that we know of.' },
  verified: { why: 'Test run 881 on 4.2: an unsigned file is refused.' },
  disclosure: { decision: 'tell_users', why: 'A field notice with 4.2.' },
  complaint: { complaint: 'no', why: 'It did not come from a user.' },
  notice: { notice: 'We fixed it in 4.2, which checks every update file. If you disagree, write to us here.' },
};

step('what closure still needs leads from form to form, until nothing is missing', async () => {
  await annika.act(`${caseUrl}/product`, { product: await productOption() });
  const seen = [];
  for (;;) {
    await annika.open(caseUrl);
    if (await annika.p.getByRole('link', { name: 'Propose to close it' }).count()) break;
    const next = (await offered()).find((act) => ANSWERS[act] && !seen.includes(act));
    assert.ok(next, `nothing leads on from here: ${await text(annika.p)}`);
    seen.push(next);
    await annika.p.locator(`.tasks a[href$="/${next}"]`).first().click();
    await annika.p.waitForLoadState();
    await looks(annika.p, `desk-act-${next}`);
    await annika.settle(ANSWERS[next]);
    assert.equal(new URL(annika.p.url()).pathname, caseUrl, `${next} leads back to the case`);
  }
  assert.deepEqual(seen.toSorted(), Object.keys(ANSWERS).toSorted(), 'every form was asked for');
  await looks(annika.p, 'desk-case-ready');
});

/** The acts that the case's task list leads to now, in its order. */
async function offered() {
  const hrefs = await annika.p.locator('.tasks li:not(.ok) a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  return hrefs.map((href) => href.split('/').pop());
}

async function productOption() {
  await annika.open(`${caseUrl}/product`);
  return optionOf(annika.p, 'product', 'IS-200 gateway');
}


step('a form that is older than the case is refused, and keeps what was typed', async () => {
  await annika.open(`${caseUrl}/note`);
  await bogdan.act(`${caseUrl}/note`, { note: 'The supplier of the stick driver is asked.' });
  await fill(annika.p, { note: 'The clinic in Graz has it too.' });
  await send(annika.p);
  assert.match(await annika.p.title(), /^Error: /);
  assert.match(await complaint(annika.p), /This was not done/);
  assert.equal(await annika.p.locator('[name=note]').inputValue(), 'The clinic in Graz has it too.');
  await looks(annika.p, 'desk-stale-form');
  await send(annika.p);
  assert.equal(new URL(annika.p.url()).pathname, caseUrl, 'sent again, it is taken');
  assert.match(await text(annika.p), /The clinic in Graz has it too\./);
});

step('whoever proposes a closure may not sign it', async () => {
  await annika.open(caseUrl);
  await annika.p.getByRole('link', { name: 'Propose to close it' }).click();
  await looks(annika.p, 'desk-act-propose-closure');
  await annika.settle({ outcome: 'fixed', why: '4.2 is out and checks every update file.' });
  await looks(annika.p, 'desk-case-proposed');
  await annika.p.getByRole('link', { name: 'Read the closure record' }).click();
  assert.match(await text(annika.p), /You may not sign this/);
  assert.equal(await annika.p.locator('[name=password]').count(), 0, 'there is nothing to sign with');
  await looks(annika.p, 'desk-approve-own');
});

step('the second person reads the record, and signs with a fresh password and code', async () => {
  await bogdan.open(`${caseUrl}/approve`);
  await looks(bogdan.p, 'desk-approve');
  const record = await text(bogdan.p);
  for (const said of ['The update service does not check the signature.', 'CR-2291', 'Test run 881', 'If you disagree, write to us here.']) {
    assert.ok(record.includes(said), `the record shows: ${said}`);
  }
  await fill(bogdan.p, { password: PASSWORD, code: '000000' });
  await send(bogdan.p, 'Sign and close');
  assert.match(await complaint(bogdan.p), /Password or code is not right/);
  await looks(bogdan.p, 'desk-approve-wrong');
  await bogdan.settle({ password: PASSWORD, code: await bogdan.code() }, 'Sign and close');
  assert.match(await text(bogdan.p), /Outcome: fixed/);
  await looks(bogdan.p, 'desk-case-closed');
  await bogdan.p.getByRole('link', { name: 'The closure record' }).click();
  await looks(bogdan.p, 'desk-closure');
});

step('the reporter reads the outcome with the twelve words', async () => {
  await follow();
  assert.match(await text(reporter), /Closed: we fixed it\./);
  assert.match(await text(reporter), /We fixed it in 4\.2, which checks every update file/);
  await looks(reporter, 'track-closed');
});

step('the command line says the same: closed, and the whole record holds', async () => {
  const list = vulnerary('case', 'list', '--json');
  assert.equal(list.code, 0, list.err);
  const number = caseUrl.split('/').pop();
  const rows = JSON.parse(list.out);
  assert.equal(rows.find((row) => row.case === number)?.state, 'closed', list.out);
  const verified = vulnerary('verify');
  assert.equal(verified.code, 0, verified.out + verified.err);
});

step('every other page of the desk, with something to show', async () => {
  const pages = {
    'inbox-closed': '/desk?state=closed', search: '/desk/search', found: '/desk/search?q=unsigned', runs: '/desk/runs',
    overview: '/desk/overview', coverage: '/desk/coverage', settings: '/desk/settings', me: '/desk/me',
    'batch-review': '/desk/batch/review', 'batch-sign': '/desk/batch/sign', password: '/desk/me/password', new: '/desk/new',
  };
  for (const [name, path] of Object.entries(pages)) {
    await annika.open(path);
    await looks(annika.p, `desk-${name}`);
  }
  await annika.open('/desk/people');
  await annika.p.getByRole('link', { name: 'Bogdan Ilić' }).click();
  await looks(annika.p, 'desk-person');
  await annika.open('/desk/search?q=unsigned');
  assert.match(await text(annika.p), /The gateway runs an unsigned update file/);
});

step('every act on a case and on a report has a form that anybody can read', async () => {
  const acts = { [caseUrl]: await linksUnder(caseUrl), [reportUrl]: await linksUnder(reportUrl) };
  const more = ['title', 'assign', 'lane', 'invalidate', 'defer', 'embargo', 'duplicate', 'split', 'public', 'attack', 'awareness', 'advisory', 'fielding'];
  const less = ['write', 'set-aside', 'place', 'move', 'source', 'hold', 'erase'];
  const all = [...acts[caseUrl], ...more.map((a) => `${caseUrl}/${a}`), ...acts[reportUrl], ...less.map((a) => `${reportUrl}/${a}`)];
  for (const path of new Set(all)) {
    await annika.open(path);
    await looks(annika.p, `desk-act-${path.split('/').pop()}`);
  }
});

async function linksUnder(path) {
  await annika.open(path);
  const hrefs = await annika.p.locator(`main a[href^="${path}/"]`).evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  return hrefs.filter((href) => !/\/(file|occurrences|closure)(\/|$)/.test(href));
}

step('a wrong code signs nobody in, and says nothing about which part was wrong', async () => {
  await annika.open('/desk');
  await annika.p.getByRole('button', { name: 'Sign out' }).click();
  assert.equal(await headline(annika.p), 'Sign in');
  await annika.p.goto(server.url + caseUrl);
  assert.equal(await headline(annika.p), 'Sign in', 'signed out is signed out');
  await looks(annika.p, 'desk-sign-in');
  await annika.signIn(annika.p, { code: '000000' });
  assert.match(await complaint(annika.p), /Address, password or code is not right/);
  assert.equal(await annika.p.locator('[name=email]').inputValue(), 'annika@example.com');
  assert.equal(await annika.p.locator('[name=password]').inputValue(), '');
  await looks(annika.p, 'desk-sign-in-wrong');
  await annika.signIn();
  assert.equal(new URL(annika.p.url()).pathname, caseUrl, 'sign-in leads to where one wanted to go');
});

step('a session that was ended elsewhere asks to sign in, and what was typed is not lost', async () => {
  const elsewhere = await page();
  await annika.signIn(elsewhere);
  assert.equal(await headline(elsewhere), 'Inbox');
  await elsewhere.goto(`${server.url}${caseUrl}/reopen`);
  await fill(elsewhere, { why: 'A second clinic reports it on 4.2.' });
  await annika.open('/desk/me');
  await looks(annika.p, 'desk-sessions');
  await annika.p.locator('tr', { hasNotText: 'this one' }).getByRole('button', { name: 'End it' }).click();
  await send(elsewhere);
  assert.equal(await headline(elsewhere), 'You are signed out');
  assert.equal(await elsewhere.locator('[name=why]').inputValue(), 'A second clinic reports it on 4.2.');
  await looks(elsewhere, 'desk-signed-out');
  await elsewhere.goto(`${server.url}/desk`);
  assert.equal(await headline(elsewhere), 'Sign in');
  await annika.open(caseUrl);
  assert.doesNotMatch(await text(annika.p), /A second clinic/, 'nothing was written');
});
