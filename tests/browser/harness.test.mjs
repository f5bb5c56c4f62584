// The harness itself, on a page of its own: it must find what is wrong with a page, and nothing where nothing is.
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { axe, closeAll, overflow, page, shot, tabStops } from './harness.mjs';

const GOOD = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title>
<link rel="stylesheet" href="/style.css"></head><body><main><h1>Good</h1>
<form method="post"><label for="a">Name</label><input id="a" name="a" autocomplete="name"><button>Send</button></form>
<noscript><p>No script here</p></noscript></main></body></html>`;
const BAD = `<!doctype html><html><head><title></title></head><body><img src="/x.svg"><input>
<div style="color:#999;background:#aaa">pale</div><p>${'wide'.repeat(200)}</p></body></html>`;

let server;
let url;
before(async () => {
  server = createServer((request, response) => {
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'self'; form-action 'self'");
    if (request.url === '/style.css') {
      response.setHeader('Content-Type', 'text/css');
      response.end('body { color: #111; background: #fff } @media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } }');
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (request.method === 'POST') response.end(GOOD.replace('<h1>Good', '<h1>Posted'));
    else response.end(request.url === '/good' ? GOOD : BAD);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  await closeAll();
  await new Promise((go) => server.close(go));
});

test('a good page passes without JavaScript, under a strict policy, also as the answer to a form', async () => {
  const p = await page({ javascript: false, width: 320, scheme: 'dark' });
  await p.goto(`${url}/good`);
  assert.deepEqual(await axe(p), []);
  assert.equal(await overflow(p), 0);
  assert.equal(await p.locator('noscript p').count(), 1, 'noscript is shown');
  await p.locator('button').click();
  assert.equal(await p.locator('h1').textContent(), 'Posted');
  assert.deepEqual(await axe(p), []);
  assert.equal(await p.locator('h1').textContent(), 'Posted', 'axe leaves the page as it was');
});

test('a bad page is told apart', async () => {
  const p = await page({ javascript: false, width: 320 });
  await p.goto(`${url}/bad`);
  const found = (await axe(p)).join('\n');
  for (const rule of ['html-has-lang', 'document-title', 'image-alt', 'label:', 'color-contrast']) {
    assert.match(found, new RegExp(rule));
  }
  assert.ok((await overflow(p)) > 1000);
});

test('the keyboard reaches what can be used, in order', async () => {
  const p = await page({ javascript: false });
  await p.goto(`${url}/good`);
  assert.deepEqual(await tabStops(p), ['input a', 'button Send']);
});

test('a screenshot is a file', async () => {
  const p = await page({ width: 320 });
  await p.goto(`${url}/good`);
  const path = await shot(p, 'harness');
  assert.ok(existsSync(path));
  rmSync(path);
});
