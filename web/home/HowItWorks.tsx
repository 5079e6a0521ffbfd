import { Link } from 'wouter'

const steps = [
  {
    title: 'Your tab makes the stream',
    text: 'It encodes your camera or screen as segments of two seconds, and signs each segment with a key made for this stream. Your wallet asks you for only one confirmation.',
  },
  {
    title: 'A transcoder takes the job',
    text: 'Your deposit and the job go on chain. The contract draws transcoders at or below your price. A transcoder with more stake is drawn more often. One of the drawn transcoders makes the lower qualities.',
  },
  {
    title: 'Anyone can watch by link',
    text: 'A viewer needs no account and no wallet. The player checks the signature of each segment before it shows the segment. If a browser does not allow this check, the page says so.',
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
        People stake LPT with transcoders that they trust, and get a part of the transcoders’ rewards and fees.{' '}
        <Link href="/stake" className="font-medium text-accent underline underline-offset-4">
          Choose a transcoder and stake LPT
        </Link>
      </p>
    </section>
  )
}
