import { contractsOn } from '@lp/contracts/deployments'
import { type FormEvent, useState } from 'react'
import { type Address, keccak256, type PublicClient, stringToHex } from 'viem'
import type { Problem } from '../ui/Problem'
import { requireWallet, type Wallet } from '../wallet/Wallet'
import { callOf, type Decision, targetOf } from './Decision'
import * as Description from './Description'
import * as Entry from './Entry'
import type { Governance } from './Governance'
import type { Intent } from './Intent'
import { allLatestOf } from './ParameterUpdate'
import { idOf } from './Proposal'
import { refusalOf } from './refusals'
import * as Unit from './Unit'

/** The longest text that a person can write for a proposal. The text costs gas. */
export const maxText = 2_000

export type ProposalForm = ReturnType<typeof useProposalForm>

/** The form for a new proposal: its parts, which are added one after another, and its text. */
export function useProposalForm(
  client: PublicClient,
  { wallet, governance, onAsk }: { wallet: Wallet; governance: Governance; onAsk(intent: Intent): void },
) {
  const [entry, setEntry] = useState(Entry.empty)
  const [decisions, setDecisions] = useState<readonly Decision[]>([])
  const [text, setText] = useState('')
  const [entryProblem, setEntryProblem] = useState<Entry.EntryProblem>()
  const [refusal, setRefusal] = useState<Problem>()
  const [textProblem, setTextProblem] = useState<string>()
  const [isChecking, setIsChecking] = useState(false)
  const latest = allLatestOf(governance.updates)
  if (decisions.length > 0 && isMade(client, { decisions, text, account: wallet.address, governance })) {
    setDecisions([])
    setText('')
  }
  const add = async () => {
    setRefusal(undefined)
    const read = Entry.decisionOf(entry, latest)
    setEntryProblem('problem' in read ? read : undefined)
    if ('problem' in read) return
    const next = Entry.add(decisions, read.decision, latest)
    setIsChecking(true)
    try {
      const merged = next.find((decision) => !decisions.includes(decision)) ?? read.decision
      await check(client, merged)
      setDecisions(next)
      setEntry({ ...Entry.empty, kind: entry.kind })
    } catch (error) {
      setRefusal(refusalOf(error))
    } finally {
      setIsChecking(false)
    }
  }
  return {
    ...{ entry, decisions, text, entryProblem, refusal, textProblem, isChecking, latest },
    onEntry(change: Partial<Entry.Entry>) {
      const next = { ...entry, ...change }
      const parameter = change.parameter === undefined ? undefined : Entry.parameterOf(next)
      const value = parameter && latest[parameter.contract][parameter.name]
      // The field begins with the present value, so that a person sees the form of the number.
      setEntry(parameter && value !== undefined ? { ...next, value: Unit.textOf(parameter.unit, value) } : next)
      setEntryProblem(undefined)
      setRefusal(undefined)
    },
    onAdd(event: FormEvent) {
      event.preventDefault()
      if (!isChecking) void add()
    },
    onRemove: (index: number) => setDecisions(decisions.toSpliced(index, 1)),
    onText(next: string) {
      setText(next)
      setTextProblem(undefined)
    },
    onReview(event: FormEvent) {
      event.preventDefault()
      if (text.trim() === '') return setTextProblem('Write why stakers should vote for this.')
      if (requireWallet(wallet) && wallet.address) onAsk({ kind: 'propose', decisions, text, proposer: wallet.address })
    },
  }
}

/** Whether the chain has the proposal of the form. Then the form must be empty again. */
function isMade(
  client: PublicClient,
  draft: { decisions: readonly Decision[]; text: string; account: Address | undefined; governance: Governance },
): boolean {
  const { decisions, text, account, governance } = draft
  if (!account) return false
  const contracts = contractsOn(client.chain?.id as number)
  const calls = decisions.map((decision) => callOf(decision, contracts))
  const id = idOf({ calls, descriptionHash: keccak256(stringToHex(Description.write(text, account))) })
  return governance.polls.some((poll) => poll.id === id)
}

/** Simulates a decision as its execution would call it. Throws if the contract would refuse it now. */
async function check(client: PublicClient, decision: Decision): Promise<void> {
  if (decision.kind === 'unknown') return
  const contracts = contractsOn(client.chain?.id as number)
  await client.simulateContract({ ...targetOf(decision, contracts), account: contracts.timelock.address })
}
