using System.Globalization;
using System.Net;

namespace TaskDashboard.Core.Processes;

/// <summary>What Linux tells of TCP connections and of who holds them (<c>/proc/net/tcp</c>, <c>/proc/…/fd</c>, see proc(5)).</summary>
internal static class LinuxSockets
{
    /// <summary>The tables of this process's network; the second is not there where IPv6 is turned off.</summary>
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>One end of a connection within this machine; null where there is no such end any more.</summary>
    /// <param name="own">Its own address.</param>
    /// <param name="other">The address that it is connected to.</param>
    public static SocketPicture? Find(IPEndPoint own, IPEndPoint other)
    {
        // A client may have a socket of the one kind for an address of the other.
        string[] forms = [Text(own, mapped: false) + ' ' + Text(other, mapped: false), Text(own, mapped: true) + ' ' + Text(other, mapped: true)];
        SocketPicture? left = null;
        foreach (var line in Tables.Where(File.Exists).SelectMany(File.ReadLines))
        {
            if (!forms.Any(form => line.Contains(form, StringComparison.Ordinal))) continue;
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var found = new SocketPicture(uint.Parse(fields[7], CultureInfo.InvariantCulture), long.Parse(fields[9], CultureInfo.InvariantCulture));
            if (found.IsHeld) return found;
            left = found;
        }

        return left;
    }

    /// <summary>Whether a process holds a socket; null where one may not look, false when it has ended.</summary>
    public static bool? Holds(int id, SocketPicture socket) => HoldsIn($"/proc/{id}/fd", socket);

    /// <summary>The same of threads that have descriptors of their own.</summary>
    public static bool HoldsInAThread(int id, SocketPicture socket)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{id}/task").Any(thread => HoldsIn(thread + "/fd", socket) == true);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool? HoldsIn(string folder, SocketPicture socket)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"socket:[{socket.Inode}]");
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any(descriptor => new FileInfo(descriptor).LinkTarget == name);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>As the tables write it: words as they lie in memory, each of four bytes, then the port.</summary>
    private static string Text(IPEndPoint end, bool mapped)
    {
        var address = end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address;
        var bytes = (mapped ? address.MapToIPv6() : address).GetAddressBytes();
        var words = Enumerable.Range(0, bytes.Length / 4).Select(word => BitConverter.ToUInt32(bytes, word * 4).ToString("X8", CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Concat(words)}:{end.Port:X4}");
    }
}

/// <summary>One end of a connection at one moment.</summary>
/// <param name="User">Who made it; says nothing once nobody holds it.</param>
/// <param name="Inode">What names it among descriptors; 0 once nobody holds it.</param>
internal sealed record SocketPicture(uint User, long Inode)
{
    public bool IsHeld => Inode > 0;
}
