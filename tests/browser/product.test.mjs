// The product as people meet it. Each page in four looks, without JavaScript; the journeys follow as pages arrive.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll, LOOKS, look, notServing, page, serve } from './harness.mjs';

const skip = notServing();
let server;
before(async () => {
  if (!skip) server = await serve();
});
after(closeAll);

// Public pages: address → what a person must be able to read there.
const PUBLIC = [['/', /report/i]];

for (const [path, words] of PUBLIC) {
  for (const { width, scheme } of LOOKS) {
    test(`${path} at ${width} px, ${scheme}, without JavaScript`, { skip }, async () => {
      const p = await page({ javascript: false, width, scheme });
      const answer = await p.goto(server.url + path);
      assert.equal(answer.status(), 200);
      assert.match(await p.locator('main').innerText(), words);
      assert.deepEqual(await p.context().cookies(), [], 'the public side sets no cookie');
      await look(p, path === '/' ? 'home' : path.slice(1).replaceAll('/', '-'));
    });
  }
}
