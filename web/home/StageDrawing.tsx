const renditions = [
  { height: '720p', width: 'w-full', note: 'source' },
  { height: '480p', width: 'w-4/5', note: '' },
  { height: '360p', width: 'w-3/5', note: '' },
  { height: '240p', width: 'w-2/5', note: '' },
]

/** Decoration: a picture with its four qualities. */
export function StageDrawing() {
  return (
    <div aria-hidden="true" className="relative">
      <div className="relative aspect-video overflow-hidden rounded-3xl bg-[#0d1f1c] shadow-card">
        <svg aria-hidden="true" viewBox="0 0 640 360" className="size-full" preserveAspectRatio="xMidYMid slice">
          <defs>
            <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stopColor="#0f3d45" />
              <stop offset="0.55" stopColor="#d9775c" />
              <stop offset="0.72" stopColor="#f4c37d" />
            </linearGradient>
          </defs>
          <rect width="640" height="360" fill="url(#sky)" />
          <circle cx="420" cy="222" r="46" fill="#ffe9b8" />
          <path d="M0 262 120 176l84 58 96-92 128 104 70-48 142 92v70H0Z" fill="#17484a" />
          <path d="M0 300 96 248l120 44 132-62 116 58 176-46v118H0Z" fill="#0d2f31" />
          <path d="M0 334c120-22 220 14 330 2s210-26 310-8v32H0Z" fill="#081d1f" />
        </svg>
        <span className="absolute top-4 left-4 inline-flex h-7 items-center gap-1.5 rounded-full bg-live-fill px-2.5 font-semibold text-[13px] text-white">
          <span className="size-2 animate-pulse rounded-full bg-white" />
          Live
        </span>
        <div className="absolute right-4 bottom-4 w-44 space-y-1.5 rounded-2xl bg-black/55 p-3.5 font-mono text-white text-xs backdrop-blur-sm sm:w-56">
          {renditions.map((rendition) => (
            <div key={rendition.height}>
              <div className="flex justify-between">
                <span>{rendition.height}</span>
                <span className="text-white/75">{rendition.note}</span>
              </div>
              <div className={`mt-0.5 h-1 rounded-full bg-[#45d3b9] ${rendition.width}`} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}
