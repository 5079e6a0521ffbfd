import type { AvatarComponent } from '@rainbow-me/rainbowkit'

/** Two hues out of the address: enough to tell two wallets apart, and the same everywhere. */
export const WalletAvatar: AvatarComponent = ({ address, size }) => {
  const [from, to] = [address.slice(2, 6), address.slice(6, 10)].map((digits) => Number.parseInt(digits, 16) % 360)
  return (
    <div
      style={{
        width: size,
        height: size,
        borderRadius: '50%',
        background: `linear-gradient(135deg, hsl(${from} 70% 55%), hsl(${to} 70% 40%))`,
      }}
    />
  )
}
