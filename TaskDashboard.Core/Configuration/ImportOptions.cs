using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Imports</c>.</summary>
public sealed class ImportOptions
{
    public const string Section = "TaskDashboard:Imports";

    /// <summary>How much larger than <see cref="MaxBytes"/> an archive may be when it is unpacked.</summary>
    internal const int MaxGrowth = 8;

    /// <summary>Largest archive that is taken, in bytes; 1 to 17,179,869,184. Unpacked it may have eight times as many. Default 256 MiB.</summary>
    public long MaxBytes { get; set; } = 256 << 20;
}

/// <summary>Checks the settings at start.</summary>
internal sealed class ImportOptionsValidation : IValidateOptions<ImportOptions>
{
    public ValidateOptionsResult Validate(string? name, ImportOptions options) => options.MaxBytes is < 1 or > 16L << 30
        ? ValidateOptionsResult.Fail($"{ImportOptions.Section}:MaxBytes has to be from 1 to 17,179,869,184.")
        : ValidateOptionsResult.Success;
}
