export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-8" aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <g fill="none" stroke="#fff" strokeWidth="2.3" strokeLinecap="round">
        <circle cx="16" cy="16" r="8.5" />
        <path d="M16 7.5v5M16 19.5v5M7.5 16h5M19.5 16h5" />
      </g>
      <circle cx="16" cy="16" r="2.4" fill="#fff" />
    </svg>
  )
}
