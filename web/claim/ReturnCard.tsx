import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatLpt } from '../wallet/amount'
import { type Claiming, isClosed } from './Claiming'
import type { Intent } from './Intent'

/** After the closing time, any account can send the unclaimed LPT to the CommonPool. */
export function ReturnCard({ claiming, onAsk }: { claiming: Claiming; onAsk(intent: Intent): void }) {
  if (!isClosed(claiming)) return null
  const { unclaimed } = claiming
  return (
    <Card heading="Unclaimed LPT" data-testid="unclaimed" data-wei={String(unclaimed)}>
      {unclaimed === 0n ? (
        <p className="text-pretty text-sm">All LPT is claimed, or returned to the CommonPool.</p>
      ) : (
        <>
          <p className="text-pretty text-sm">
            {formatLpt(unclaimed)} was not claimed in time. Any account can send it to the CommonPool, for a network
            fee.
          </p>
          <Button look="outline" className="mt-4" onClick={() => onAsk({ kind: 'returnUnclaimed' })}>
            Return it to the CommonPool
          </Button>
        </>
      )}
    </Card>
  )
}
