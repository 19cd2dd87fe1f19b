export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="rounded-sm border border-current/30 px-1.5 font-sans text-2xs leading-4 font-medium coarse:hidden">
      {children}
    </kbd>
  )
}
