import { Component, type ReactNode } from 'react'
import { ErrorState } from '@/components/ui/ErrorState'
import { shell } from '@/text/shell'

interface Props {
  children: ReactNode
}

/** Keeps an error to the page that had it: the frame, the socket and the drafts go on. */
export class PageBoundary extends Component<Props, { error: Error | null }> {
  override state = { error: null as Error | null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <ErrorState
        level="h1"
        title={shell.broken}
        detail={`${shell.brokenDetail} (${error.message})`}
        onRetry={() => this.setState({ error: null })}
      />
    )
  }
}
