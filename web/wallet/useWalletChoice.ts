import { useState } from 'react'
import { type Connector, useChainId, useConnect, useDisconnect } from 'wagmi'
import type { Problem } from '../ui/Problem'
import { isDeclined } from './isDeclined'
import { problemOf } from './problemOf'

export type WalletChoice = {
  wallets: readonly Connector[]
  /** The wallet that has not answered yet. */
  asked: Connector | undefined
  problem: Problem | undefined
  onChoose(wallet: Connector): void
  onCancel(): void
}

const declined: Problem = {
  sentence: 'The connection was declined in the wallet.',
  nextStep: 'Choose a wallet again, and confirm in the wallet.',
}

/** The wallets of this browser, and the connection to the wallet that the person chooses. */
export function useWalletChoice(onClose: () => void): WalletChoice {
  const chainId = useChainId()
  const { connectors, connectAsync } = useConnect()
  const { disconnect } = useDisconnect()
  const [asked, setAsked] = useState<Connector>()
  const [problem, setProblem] = useState<Problem>()
  return {
    wallets: connectors.filter((connector) => connector.type !== 'injected' || isPresent(connector, connectors)),
    asked,
    problem,
    async onChoose(connector) {
      setAsked(connector)
      setProblem(undefined)
      try {
        await connectAsync({ connector, chainId })
        onClose()
      } catch (error) {
        setProblem(isDeclined(error) ? declined : problemOf(error))
      } finally {
        setAsked(undefined)
      }
    },
    onCancel() {
      // Otherwise the buttons of the page would wait for a wallet that does not answer.
      if (asked) disconnect()
      onClose()
    },
  }
}

/** A wallet that does not announce itself (EIP-6963) is `window.ethereum`. A wallet that announces itself often is `window.ethereum` too. */
const isPresent = ({ id }: Connector, all: readonly Connector[]): boolean =>
  id !== 'injected' || ('ethereum' in window && !all.some((other) => other.type === 'injected' && other.id !== id))
