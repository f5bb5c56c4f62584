// Somebody who works on the desk: a browser of their own, a password, an app for codes.
import assert from 'node:assert/strict';
import { page } from './harness.mjs';
import { freshCode } from './totp.mjs';

export const PASSWORD = 'seven green boats at noon';

/**
 * Fills a form's fields by their names: text, dates, radios, ticks (an array ticks several) and lists. A name that ends
 * in `*` means every field that begins so.
 */
export async function fill(p, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    const by = name.endsWith('*') ? `[name^="${name.slice(0, -1)}"]` : `[name="${name}"]`;
    const fields = p.locator(`main form :is(input, select, textarea)${by}`);
    assert.ok((await fields.count()) > 0, `no field ${name} on ${p.url()}`);
    const kind = await fields.first().evaluate((at) => (at.tagName === 'INPUT' ? at.type : at.tagName));
    if (kind === 'radio' || kind === 'checkbox') {
      for (const value of [answer].flat()) await p.locator(`main input${by}[value="${value}"]`).check();
    } else if (kind === 'SELECT') {
      for (const field of await fields.all()) await field.selectOption(answer);
    } else {
      await fields.first().fill(answer);
    }
  }
}

/** Presses the form's own button. */
export async function send(p, button) {
  const named = p.locator('main').getByRole('button', button ? { name: button, exact: true } : {});
  await (button ? named : p.locator('main form .actions button').first()).click();
  await p.waitForLoadState();
}

/** What a person reads on the page. */
export const text = (p) => p.locator('main').innerText();

/** The headline of the page. */
export const headline = (p) => p.locator('h1').innerText();

/** What is wrong with the form that came back, as a person reads it on top of it; empty where nothing is. */
export async function complaint(p) {
  const told = p.locator('main .note.summary, main .note.alarm');
  return (await told.count()) > 0 ? (await told.allInnerTexts()).join(' ') : '';
}

/** One person with their own browser. */
export class Staff {
  constructor(server, email, p) {
    Object.assign(this, { server, email, p });
  }

  /** Opens a link with which somebody makes their account, and makes it; `look` sees the two pages on the way. */
  static async join(server, link, { name, email }, look = async () => {}) {
    const one = new Staff(server, email, await page());
    await one.p.goto(link);
    await look(one.p, 'join');
    one.secret = (await one.p.locator('.secret').innerText()).replace(/\s/g, '');
    const first = (await one.p.locator('[name=name]').count()) > 0;
    await fill(one.p, { ...(first && { name, email }), password: PASSWORD, again: PASSWORD, code: await freshCode(one.secret) });
    await send(one.p);
    assert.equal(await headline(one.p), 'Keep these recovery codes', await text(one.p));
    one.codes = await one.p.locator('.words li').allInnerTexts();
    await look(one.p, 'codes');
    return one;
  }

  /** A code that this person's app shows. */
  code() {
    return freshCode(this.secret);
  }

  /** Signs in, in this browser or in another one. */
  async signIn(p = this.p, { password = PASSWORD, code } = {}) {
    if (!p.url().includes('/desk/sign-in')) await p.goto(`${this.server.url}/desk/sign-in`);
    await fill(p, { email: this.email, password, code: code ?? (await this.code()) });
    await send(p, 'Sign in');
  }

  /** Opens a page of the desk, which must be there. */
  async open(path) {
    const answer = await this.p.goto(this.server.url + path);
    assert.equal(answer.status(), 200, `${path}: ${await text(this.p)}`);
  }

  /** Opens a form, fills it, sends it; it must be taken. */
  async act(path, answers = {}, button) {
    await this.open(path);
    await this.settle(answers, button);
  }

  /** Fills and sends the form that is open; it must be taken. */
  async settle(answers, button) {
    const asked = this.p.url();
    await fill(this.p, answers);
    await send(this.p, button);
    assert.equal(await this.p.locator('.note.summary').count(), 0, `${asked}: ${await complaint(this.p)}`);
    assert.doesNotMatch(await this.p.title(), /^Error/, `${asked}: ${await text(this.p)}`);
  }
}
