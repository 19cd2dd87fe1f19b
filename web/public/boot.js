// Before anything is painted: the theme, and a first look at the jobs while the rest still loads.
// A file of its own, because the content security policy allows no inline script.
;(() => {
  let theme = 'system'
  let hue
  try {
    const { state } = JSON.parse(localStorage.getItem('spool.ui') ?? '{}')
    theme = state?.theme ?? theme
    hue = state?.hue
  } catch {
    // A browser that keeps nothing, or what another version wrote.
  }
  const root = document.documentElement
  const dark = theme === 'dark' || (theme !== 'light' && !matchMedia('(prefers-color-scheme: light)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  if (Number.isFinite(hue)) root.style.setProperty('--hue', String(hue))

  const session = JSON.parse(document.getElementById('spool-state')?.textContent ?? 'null')?.session
  if (!session?.keys || session.name) {
    window.spoolJobs = fetch(new URL('api/jobs?limit=50', document.baseURI)).catch(() => undefined)
  }
})()
