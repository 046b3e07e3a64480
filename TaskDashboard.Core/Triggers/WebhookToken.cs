using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TaskDashboard.Core.Triggers;

/// <summary>What the address of a webhook ends with: 256 bits from the system's generator. Whoever knows it may call.</summary>
internal static class WebhookToken
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What it is found by, so that a comparison tells nothing about it.</summary>
    public static string? Digest(string? token) => token is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
