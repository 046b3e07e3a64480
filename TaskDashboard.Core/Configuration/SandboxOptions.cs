namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Sandbox</c>: what commands of agents may see of the machine.</summary>
public sealed class SandboxOptions
{
    /// <summary>Whether commands run in a sandbox. Default: where bubblewrap is installed and works.</summary>
    public SandboxMode Mode { get; set; } = SandboxMode.Auto;

    /// <summary>Whether commands in the sandbox have a network. Default true.</summary>
    public bool Network { get; set; } = true;
}

/// <summary>When commands run in a sandbox.</summary>
public enum SandboxMode
{
    /// <summary>Where bubblewrap is found and works; otherwise they run without, and the Settings page says so.</summary>
    Auto,

    /// <summary>Never.</summary>
    Off,

    /// <summary>Always: where it does not work, no command runs.</summary>
    Required,
}
