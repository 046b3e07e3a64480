using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Setup;

/// <summary>What a part of the setup is like.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SetupStatus>))]
public enum SetupStatus
{
    /// <summary>As it should be. <c>ok</c>.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Nobody has tried yet: it would cost something. <c>unknown</c>.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>It is not there, and the program does without. <c>missing</c>.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>It is there and does not work. <c>failing</c>.</summary>
    [JsonStringEnumMemberName("failing")]
    Failing,
}

/// <summary>What an installation has to work with.</summary>
/// <param name="Models">Each model that is configured by name, the default one first.</param>
/// <param name="Programs">Programs of this machine that tools use.</param>
/// <param name="DataDirectory">Where everything is kept.</param>
public sealed record SetupReport(IReadOnlyList<ModelSetup> Models, IReadOnlyList<ProgramSetup> Programs, DataDirectorySetup DataDirectory);

/// <summary>A model, and whether it answers.</summary>
/// <param name="Id"><c>provider/model</c>.</param>
/// <param name="IsDefault">Taken when nobody names one.</param>
/// <param name="IsBuiltin">The stand-in that needs no network: it follows plain orders and is no language model.</param>
/// <param name="Status"><see cref="SetupStatus.Unknown"/> until it was asked for a word since the program started.</param>
/// <param name="FirstTokenMs">How long its first token took, in milliseconds.</param>
/// <param name="Problem">Why it did not answer, in a sentence; never holds a key.</param>
/// <param name="AskedAt">When it was asked.</param>
public sealed record ModelSetup(string Id, bool IsDefault, bool IsBuiltin, SetupStatus Status, long? FirstTokenMs = null, string? Problem = null, DateTimeOffset? AskedAt = null);

/// <summary>A program that tools use.</summary>
/// <param name="Name">As it is started, such as <c>rg</c>.</param>
/// <param name="Status"><see cref="SetupStatus.Missing"/> where the search path has none.</param>
/// <param name="Problem">Why it is there and of no use, in a sentence.</param>
public sealed record ProgramSetup(string Name, SetupStatus Status, string? Problem = null);

/// <summary>Where everything is kept.</summary>
/// <param name="Path">Absolute; null for who may not know.</param>
/// <param name="Status"><see cref="SetupStatus.Failing"/> when it cannot be written, or has less room than <see cref="SetupCheck.LeastRoom"/>.</param>
/// <param name="FreeBytes">Room on its volume; null where the system does not tell.</param>
/// <param name="Problem">What is wrong, in a sentence.</param>
public sealed record DataDirectorySetup(string? Path, SetupStatus Status, long? FreeBytes, string? Problem = null);
