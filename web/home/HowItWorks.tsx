import { Link } from 'wouter'

const steps = [
  {
    title: 'Your tab makes the stream',
    text: 'It encodes the camera or the screen in two-second segments and signs each with a key made for this stream. Your wallet asks once, not every two seconds.',
  },
  {
    title: 'A staked server takes the job',
    text: 'Your deposit and the job go on chain. The contract draws from the servers at or below your price, by stake, and the one drawn makes the lower qualities.',
  },
  {
    title: 'Anyone watches by link',
    text: 'No account, no wallet. The player checks every segment against its signature before it shows it.',
  },
]

export function HowItWorks() {
  return (
    <section aria-labelledby="how" className="border-line border-t pt-8">
      <h2 id="how" className="sr-only">
        How it works
      </h2>
      <ol className="grid gap-8 md:grid-cols-3 md:gap-10">
        {steps.map((step, index) => (
          <li key={step.title}>
            <span aria-hidden="true" className="font-mono text-accent text-sm">
              {index + 1}
            </span>
            <h3 className="mt-1 font-semibold">{step.title}</h3>
            <p className="mt-1.5 text-pretty text-ink-soft text-sm leading-relaxed">{step.text}</p>
          </li>
        ))}
      </ol>
      <p className="mt-8 text-pretty text-ink-soft text-sm">
        The servers are vouched for by people who put LPT behind them, and share in what they earn.{' '}
        <Link href="/stake" className="font-medium text-accent underline underline-offset-4">
          See who they are, and stake
        </Link>
      </p>
    </section>
  )
}
