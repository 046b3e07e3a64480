using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// What every descendant of a command carries, so that it is found wherever it hides: a variable, and on Linux a resource limit. The limit is one
/// that the system has kept but not used since Linux 2.4 (<c>RLIMIT_LOCKS</c>, setrlimit(2)); children inherit it, and neither a new
/// session nor an emptied environment nor closed outputs take it off.
/// </summary>
/// <param name="Scope">Names the data directory: 40 bits. Only one process works on one.</param>
/// <param name="Number">The command's number, 23 bits; 0 stands for every command of the scope.</param>
internal readonly record struct ProcessMark(ulong Scope, uint Number)
{
    /// <summary>The variable that carries the mark.</summary>
    public const string Variable = "TASKDASHBOARD_PROCESS";

    private const int NumberBits = 23;

    /// <summary>For every command on a data directory, also those of a process that is gone.</summary>
    public static ProcessMark OfScope(string scope) =>
        new(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(scope))) >> 24, 0);

    /// <summary>For one command of the scope; numbers come round again after eight million.</summary>
    public ProcessMark For(long count) => this with { Number = (uint)(count % ((1 << NumberBits) - 1)) + 1 };

    /// <summary>As a limit.</summary>
    public ulong Limit => (Scope << NumberBits) | Number;

    /// <summary>The number of the command in a limit.</summary>
    public static uint NumberIn(ulong limit) => (uint)(limit & ((1UL << NumberBits) - 1));

    /// <summary>As the variable's value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scope:x10}/{(Number == 0 ? "" : $"{Number}/")}");

    /// <summary>Whether a process with this limit carries the mark.</summary>
    public bool IsOn(ulong limit) => Number == 0 ? limit >> NumberBits == Scope : limit == Limit;
}
