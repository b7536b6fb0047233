# Makes this shell, the first process of namespaces of its own, the first process of the Debian at $1: systemd.
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=0755 tmpfs run
mount -t tmpfs -o mode=0755 tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ip link set lo up
# A chroot would not do: in one, systemd can't give a unit users of its own (PrivateUsers=).
pivot_root . mnt
exec env -i container=operators-book PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c 'umount --lazy /mnt && exec /lib/systemd/systemd --log-target=null' </dev/null >/dev/null 2>&1
