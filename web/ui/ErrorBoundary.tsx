import { Component, type ReactNode } from 'react'

export type ErrorBoundaryProps = { fallback(error: unknown): ReactNode; children: ReactNode }

export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state = { error: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    return this.state.error === undefined ? this.props.children : this.props.fallback(this.state.error)
  }
}
