import type { AvatarComponent } from '@rainbow-me/rainbowkit'

/** Two colours that are computed from the address. They help a person to distinguish wallets. */
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
