using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Exchanges</c>: what is kept of each model call, so that it can be looked at behind it.</summary>
public sealed class ExchangeOptions
{
    public const string Section = "TaskDashboard:Exchanges";

    /// <summary>Whether what was sent to models and what came back is kept. Default true. It goes with its task.</summary>
    public bool Record { get; set; } = true;

    /// <summary>
    /// Most that one call adds, in bytes before they are compressed; what is larger is cut, and says so. 16,384 to 268,435,456. Default 4 MiB.
    /// </summary>
    public int MaxBytesPerCall { get; set; } = 4 << 20;
}

/// <summary>Checks the settings at start.</summary>
internal sealed class ExchangeOptionsValidation : IValidateOptions<ExchangeOptions>
{
    public ValidateOptionsResult Validate(string? name, ExchangeOptions options) => options.MaxBytesPerCall is < 16_384 or > 256 << 20
        ? ValidateOptionsResult.Fail($"{ExchangeOptions.Section}:MaxBytesPerCall has to be from 16,384 to 268,435,456.")
        : ValidateOptionsResult.Success;
}
