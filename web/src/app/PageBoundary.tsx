import { Component, type ReactNode } from 'react'
import { ErrorState } from '@/components/ui/ErrorState'
import { shell } from '@/text/shell'

interface Props {
  /** The page's address: an error is left behind with the page that had it. */
  at?: string
  /** Around the whole studio, where there is no frame. */
  whole?: boolean
  children: ReactNode
}

/** Keeps an error to the page that had it: the frame, the socket and the drafts go on. */
export class PageBoundary extends Component<Props, { error: Error | null }> {
  override state = { error: null as Error | null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidUpdate(before: Props) {
    if (this.state.error && before.at !== this.props.at) this.setState({ error: null })
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    const state = (
      <ErrorState
        level="h1"
        title={shell.broken}
        detail={`${shell.brokenDetail} (${error.message})`}
        onRetry={() => this.setState({ error: null })}
      />
    )
    return this.props.whole ? <main>{state}</main> : state
  }
}
