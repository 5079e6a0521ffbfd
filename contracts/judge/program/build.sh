#!/bin/sh
# Builds the image of the judged program: sh build.sh <image> [<folder for Debian's sources>]
# Fetches the sources from Debian, unless the folder has them. Two builds give the same bytes: the sources have fixed hashes, the tools see no
# clock and no variables of the user, and no path of this machine gets into the image.
set -eu

if [ "${LP_CLEAN:-}" != yes ]; then
  exec env -i LP_CLEAN=yes PATH="$PATH" LP_JOBS="${LP_JOBS:-$(nproc)}" TMPDIR="${TMPDIR:-/tmp}" LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=0 \
    GIT_DIR=/nonexistent sh "$0" "$@"
fi

fail() {
  echo "$1" >&2
  exit 1
}

[ $# -ge 1 ] || fail 'Name the file for the image: sh build.sh <image> [<folder for sources>]'
image=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
riscv=riscv64-unknown-elf-

for tool in ${riscv}gcc dpkg-source make apt-get; do
  command -v $tool >/dev/null || fail "The build needs $tool. Install the tools on Debian 12: sudo apt-get install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf build-essential dpkg-dev"
done

work=$(mktemp -d)
sources=$(realpath "${2:-$work/sources}")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
log=$work/build.log
cd "$work"

# apt with a configuration of its own: the system's apt does not change, and only Debian's keys may sign.
fetch() {
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  for part in debian debian-security; do
    suffix=; [ $part = debian ] || suffix=-security
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/$part bookworm$suffix main"
  done >"$work/apt/sources.list"
  cat >"$work/apt/apt.conf" <<EOF
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$work/apt";
Dir::State::lists "$work/apt/lists/";
Dir::State::status "/dev/null";
Dir::Cache "$work/apt/cache";
Dir::Log "$work/apt";
APT::Sandbox::User "root";
$(apt-config dump | grep -E '^Acquire::(https?::|Force|Retries)' || true)
EOF
  export APT_CONFIG="$work/apt/apt.conf"
  apt-get -qq update && apt-get -qq --download-only source ffmpeg=7:5.1.9-0+deb12u1 x264=2:0.164.3095+gitbaee400-3
}

has_sources() { (cd "$sources" && sha256sum --quiet --check "$here/sources.sha256") >>"$log" 2>&1; }

mkdir -p "$sources"
if ! has_sources; then
  (cd "$sources" && fetch) >>"$log" 2>&1 && has_sources || {
    tail -5 "$log" >&2
    fail "Debian's mirror did not give the sources that sources.sha256 names. Put them into a folder (https://snapshot.debian.org has them), and give this folder as the second argument."
  }
fi

# The addresses have one place: layout.h.
address() { sed -n "s/^#define $1 //p" "$here/layout.h"; }
entry=$(address ENTRY_AT) start=$(address WORK_AT)
layout="-Wl,--defsym=__flash=$entry -Wl,--defsym=__flash_size=$(($(address WORDS_AT) - entry)) -Wl,--defsym=__ram=$start -Wl,--defsym=__ram_size=$(($(address MEMORY_END) - start)) -Wl,--defsym=__stack_size=0x800000"
mkdir bin
cat >bin/judge-gcc <<EOF
#!/bin/sh
exec ${riscv}gcc -march=rv32im -mabi=ilp32 --specs=picolibc.specs -D_GNU_SOURCE -ffunction-sections -fdata-sections "\$@"
EOF
chmod +x bin/judge-gcc
PATH=$work/bin:$PATH

run() {
  echo "\$ $*" >>"$log"
  "$@" >>"$log" 2>&1 || {
    tail -20 "$log" >&2
    fail "The build failed: $*"
  }
}

# Our own parts. The configurations of x264 and ffmpeg link with system.o, as the program does.
mkdir judge
for part in canonical demux facts h264 keccak recipe segment system verdict; do
  (cd "$here" && run judge-gcc -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -Werror -c -o "$work/judge/$part.o" $part.c)
done

for name in x264 ffmpeg; do run dpkg-source --no-check --extract "$sources/$(sed -n "s/.* \($name.*\.dsc\)$/\1/p" "$here/sources.sha256")" $name; done

# Paths are relative, because the programs store their options.
cd x264
CC=judge-gcc run ./configure --host=riscv32-linux-gnu --cross-prefix=$riscv --enable-static --disable-cli --disable-asm --disable-thread \
  --disable-opencl --bit-depth=8 --extra-ldflags="../judge/system.o $layout"
run make -j"$LP_JOBS" lib-static
cd ../ffmpeg
run ./configure --enable-cross-compile --cc=judge-gcc --cross-prefix=$riscv --arch=riscv32 --target-os=none --pkg-config=true \
  --disable-everything --disable-autodetect --disable-doc --disable-network --disable-debug --disable-asm --disable-ffplay --disable-ffprobe \
  --disable-avdevice --disable-postproc --disable-pthreads --disable-runtime-cpudetect --enable-gpl --enable-libx264 \
  --enable-decoder=h264,aac --enable-parser=h264,aac --enable-encoder=libx264 --enable-demuxer=mpegts,aac --enable-muxer=mpegts \
  --enable-protocol=pipe --enable-filter=scale,format,null,anull --enable-bsf=extract_extradata,h264_mp4toannexb \
  --extra-cflags=-I../x264 --extra-ldflags="../judge/system.o -L../x264 $layout" --extra-libs='-lx264 -lm'
libraries=
for name in avfilter avformat avcodec swresample swscale avutil; do libraries="$libraries lib$name/lib$name.a"; done
tools=
for name in cmdutils ffmpeg ffmpeg_filter ffmpeg_hw ffmpeg_mux ffmpeg_opt opt_common; do tools="$tools fftools/$name.o"; done
run make libavutil/ffversion.h
run make -j"$LP_JOBS" $libraries $tools

# The whole ffmpeg is a function of our program, so all that ffmpeg decides is decided as everywhere else.
for tool in $tools; do run ${riscv}objcopy --redefine-sym main=ffmpeg_main --redefine-sym exit=leave $tool; done
run judge-gcc -o ../program.elf ../judge/*.o $tools -Wl,--start-group $libraries ../x264/libx264.a -lm -Wl,--end-group $layout
cd ..
run ${riscv}objcopy -O binary program.elf program.bin
[ "$(od -An -tx4 -j24 -N4 program.elf | tr -d ' ')" = "$(printf %08x $((entry)))" ] || fail 'The program does not start at ENTRY_AT.'
# The machine starts at address 0: jal x0, ENTRY_AT. The page of the jump has 4096 bytes.
[ $((entry)) = 4096 ] || fail 'The jump at address 0 leads to 0x1000, and ENTRY_AT is another address.'
{ printf '\157\020\000\000' && head -c 4092 /dev/zero && cat program.bin; } >"$image.part"
mv "$image.part" "$image"
