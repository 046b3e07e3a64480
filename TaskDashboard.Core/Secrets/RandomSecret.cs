using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace TaskDashboard.Core.Secrets;

/// <summary>What lets in whoever has it: keys, and the ends of addresses. 256 bits from the system's generator, for which a digest needs neither salt nor a slow function.</summary>
internal static class RandomSecret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of it, and what it is found by, so that a comparison tells nothing about it.</summary>
    [return: NotNullIfNotNull(nameof(secret))]
    public static string? DigestOf(string? secret) => secret is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
