import { useUiStore } from '@/stores/uiStore'

/** Keeps the document in the chosen theme, and with the system's when that is chosen. */
export function followTheme(): void {
  const light = matchMedia('(prefers-color-scheme: light)')
  const apply = () => {
    const { theme, hue } = useUiStore.getState()
    const chosen = theme === 'system' ? (light.matches ? 'light' : 'dark') : theme
    document.documentElement.dataset.theme = chosen
    document.documentElement.style.setProperty('--hue', String(hue))
  }
  apply()
  useUiStore.subscribe(apply)
  light.addEventListener('change', apply)
}
