import { useEffect, useState } from "preact/hooks"

/** What is typed, as soon as it has been so for a moment: not every letter is asked about. */
export const useSettled = (typed: string): string => {
  const [settled, settle] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => settle(typed), 200)
    return () => clearTimeout(timer)
  }, [typed])
  return settled
}
