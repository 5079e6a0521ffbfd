// biome-ignore-all lint/a11y/noRedundantRoles: CSS shows the table as cards on a phone, and then a screen reader knows only the written roles
import * as Clock from '../chain/Clock'
import { span } from '../chain/span'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import type { Governance } from './Governance'
import { contractNames, contractTitles, type Parameter, parametersOf } from './Parameter'
import { changesOf, latestOf } from './ParameterUpdate'
import * as Unit from './Unit'

const columns = ['Parameter', 'Now', 'Bounds', 'Changes']
/** The number of changes of one parameter that the page shows. */
const maxChanges = 20

/** All parameters: the paper's names, the values now, the bounds, and how the values have changed. On a narrow screen, each row is a card. */
export function ParameterCards({ governance }: { governance: Governance }) {
  return (
    <Card heading="Parameters" data-testid="parameters">
      <table role="table" className="w-full text-sm max-md:grid max-md:gap-3">
        <thead className="max-md:hidden">
          <tr className="border-line border-b text-left text-[13px] text-ink-soft">
            {columns.map((name) => (
              <th key={name} scope="col" className="pr-4 pb-2 font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {contractNames.map((contract) => (
          <tbody key={contract} role="rowgroup" className="max-md:grid max-md:gap-3">
            <tr role="row" className="max-md:block">
              <td role="cell" colSpan={columns.length} className="pt-5 pb-1 max-md:block">
                <h3 className="font-semibold">{contractTitles[contract]}</h3>
              </td>
            </tr>
            {parametersOf(contract).map((parameter) => (
              <ParameterRow key={parameter.name} parameter={parameter} governance={governance} />
            ))}
          </tbody>
        ))}
      </table>
    </Card>
  )
}

function ParameterRow({ parameter, governance }: { parameter: Parameter; governance: Governance }) {
  const { contract, name, title, unit, min, max, meaning, also } = parameter
  const { updates, inForce, clock } = governance
  const [now, latest] = [inForce[contract][name] as bigint, latestOf(updates, contract)[name]]
  return (
    <tr
      role="row"
      data-testid="parameter"
      data-parameter={`${contract}.${name}`}
      data-value={String(now)}
      className="border-line align-top max-md:grid max-md:gap-2 max-md:rounded-xl max-md:border max-md:p-4 md:border-b"
    >
      <td role="cell" className="max-w-[44ch] md:py-2.5 md:pr-4">
        <p className="break-words font-medium">{title}</p>
        <p className="text-pretty text-[13px] text-ink-soft">{meaning}</p>
      </td>
      <td role="cell" className="tabular-nums md:whitespace-nowrap md:py-2.5 md:pr-4">
        <Label>Now</Label>
        {Unit.format(unit, now)}
        <Note>{durationOf(parameter, now, clock)}</Note>
        {latest !== undefined && latest !== now && <Note>{`${Unit.format(unit, latest)} from the next round on`}</Note>}
      </td>
      <td role="cell" className="tabular-nums md:py-2.5 md:pr-4">
        <Label>Bounds</Label>
        {Unit.digitsOf(unit, min)} to {unit === 'oneIn' ? Unit.digitsOf(unit, max) : Unit.format(unit, max)}
        {also && <Note>{also}</Note>}
      </td>
      <td role="cell" className="md:py-2.5">
        <Changes parameter={parameter} governance={governance} />
      </td>
    </tr>
  )
}

function Changes({ parameter, governance: { updates, clock } }: { parameter: Parameter; governance: Governance }) {
  const changes = changesOf(updates, parameter)
  if (changes.length === 0) return <span className="text-[13px] text-ink-soft">Never changed</span>
  return (
    <details>
      <summary className="cursor-pointer whitespace-nowrap text-[13px]">
        {changes.length === 1 ? '1 change' : `${changes.length} changes`}
      </summary>
      <ul className="mt-1 grid gap-1 text-[13px] text-ink-soft tabular-nums">
        {changes.slice(0, maxChanges).map(({ block, from, to }) => (
          <li key={`${block} ${from}`}>
            {Unit.digitsOf(parameter.unit, from)} to {Unit.format(parameter.unit, to)},{' '}
            {formatMoment(Clock.timeOf(clock, block), Date.now())}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A number of blocks or seconds as a duration. */
function durationOf({ unit }: Parameter, value: bigint, { blockTimeMs }: Clock.Clock): string | undefined {
  const unitMs = unit === 'blocks' ? blockTimeMs : unit === 'seconds' ? 1_000 : undefined
  const durationMs = unitMs && unitMs * Number(value)
  return durationMs && durationMs >= 90_000 ? span(durationMs) : undefined
}

const Label = ({ children }: { children: string }) => (
  <span className="block text-[13px] text-ink-soft md:hidden">{children}</span>
)

const Note = ({ children }: { children: string | undefined }) =>
  children ? <span className="block max-w-[34ch] text-pretty text-[13px] text-ink-soft">{children}</span> : null
