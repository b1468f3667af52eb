/** Somebody without a mouse: what is used can be reached with Tab, shows that it is, and is used with Enter, Space and letters. */

import type { Locator, Page } from "playwright-core"
import { expect } from "vitest"

export interface TestKeys {
  /** Presses a button or follows a link. */
  readonly press: (target: Locator) => Promise<void>
  /** Writes into a field, in the place of what was there. */
  readonly type: (target: Locator, text: string) => Promise<void>
  /** Chooses a radio button, or ticks a box. */
  readonly choose: (target: Locator) => Promise<void>
  /** What has the keyboard now, by its name or its text. */
  readonly focused: () => Promise<string>
}

export const keysOn = (page: Page): TestKeys => {
  const reach = async (target: Locator) => {
    // What is typed makes a button ready a moment later.
    await target.and(page.locator(":not(:disabled)")).waitFor()
    await target.focus()
    const { isReached, ...about } = await target.evaluate((element) => ({
      name: element.getAttribute("aria-label") ?? element.textContent ?? "",
      // What has no place in the order of Tab, or shows no ring, is out of reach of those who see where they are by it alone.
      isReached:
        element instanceof HTMLElement &&
        element.tabIndex >= 0 &&
        document.activeElement === element &&
        element.matches(":focus-visible") &&
        getComputedStyle(element).outlineStyle !== "none"
    }))
    expect([about.name, isReached]).toEqual([about.name, true])
  }
  return {
    press: async (target) => {
      await reach(target)
      await page.keyboard.press("Enter")
    },
    type: async (target, text) => {
      await reach(target)
      await page.keyboard.press("ControlOrMeta+a")
      await page.keyboard.insertText(text)
    },
    choose: async (target) => {
      await reach(target)
      await page.keyboard.press("Space")
    },
    focused: () =>
      page.evaluate(
        () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""
      )
  }
}
