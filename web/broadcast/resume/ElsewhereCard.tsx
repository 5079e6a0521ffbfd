import { Card } from '../../ui/Card'

export function ElsewhereCard() {
  return (
    <Card heading="Live in another tab" data-testid="elsewhere">
      <p className="text-pretty text-ink-soft text-sm leading-relaxed">
        Your broadcast is live in another tab of this browser. Use that tab to change it or to stop it. If that tab is
        closed, the broadcast can go on here.
      </p>
    </Card>
  )
}
