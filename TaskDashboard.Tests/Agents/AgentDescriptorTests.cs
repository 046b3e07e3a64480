using System.Diagnostics;
using System.Runtime.CompilerServices;
using TaskDashboard.Core.Agents;

namespace TaskDashboard.Tests.Agents;

/// <summary>Whom messages are meant for: one key, one conversation, and no kind that is forgotten anywhere.</summary>
public sealed class AgentDescriptorTests
{
    public static TheoryData<AgentDescriptor, string, string, string, string> Kinds => new()
    {
        { new AgentDescriptor.User(), "/user", "user", "user", "user" },
        { new AgentDescriptor.System("report"), "/system/report", "system report", "system report", "system" },
        { new AgentDescriptor.Cron("trigger_00a1b2c3"), "/cron/trigger_00a1b2c3", "cron trigger_00a1b2c3", "cron b2c3", "cron" },
        { new AgentDescriptor.Heartbeat("trigger_00a1b2c3"), "/heartbeat/trigger_00a1b2c3", "heartbeat trigger_00a1b2c3", "heartbeat b2c3", "heartbeat" },
        { new AgentDescriptor.Webhook("trigger_00a1b2c3"), "/webhook/trigger_00a1b2c3", "webhook trigger_00a1b2c3", "webhook b2c3", "webhook" },
        { new AgentDescriptor.Subagent("task_00001a2b"), "/subagent/task_00001a2b", "subagent task_00001a2b", "subagent 1a2b", "subagent" },
        { new AgentDescriptor.Task("task_00001a2b"), "/task/task_00001a2b", "task task_00001a2b", "task 1a2b", "task" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Descriptor_HasKeyLabelAndRole_AndIsReadBackFromItsKey(AgentDescriptor descriptor, string key, string label, string shortLabel, string role)
    {
        Assert.Equal((key, label, shortLabel, role), (descriptor.CacheKey, descriptor.Label, descriptor.ShortLabel, descriptor.Role));
        Assert.True(AgentDescriptor.TryParse(key, out var read));
        Assert.Equal(descriptor, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("task/1")]
    [InlineData("/task")]
    [InlineData("/task/")]
    [InlineData("/task/1/2")]
    [InlineData("/mail/1")]
    public void WhatIsNoKey_IsNotRead(string? key) => Assert.False(AgentDescriptor.TryParse(key, out _));

    /// <summary>The source with one more kind in it is given to the compiler: first with nothing else, then with all of it but one match.</summary>
    [Fact]
    public async Task NewKind_DoesNotCompile_UntilEveryMatchHandlesIt()
    {
        var folder = Directory.CreateTempSubdirectory("descriptor-").FullName;
        try
        {
            var source = await File.ReadAllTextAsync(SourceFile());
            Assert.Equal(0, await CompileAsync(folder, source));

            var forgotten = source[..source.LastIndexOf('}')] + "public sealed record Mail(string Address) : AgentDescriptor { } }";
            Assert.Contains("CS0534", await ErrorsAsync(folder, forgotten), StringComparison.Ordinal);

            var matched = forgotten
                .Replace("Func<Task, TResult> task)", "Func<Task, TResult> task, Func<Mail, TResult> mail)", StringComparison.Ordinal)
                .Replace("public sealed record Mail(string Address) : AgentDescriptor { } }", """
                    public sealed record Mail(string Address) : AgentDescriptor
                    {
                        public override TResult Match<TResult>(
                            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
                            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task, Func<Mail, TResult> mail) => mail(this);
                    } }
                    """, StringComparison.Ordinal);
            var missing = await ErrorsAsync(folder, matched);
            Assert.Equal(3, missing.Split('\n').Count(line => line.Contains("CS7036", StringComparison.Ordinal) && line.Contains("'mail'", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string SourceFile([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "TaskDashboard.Core", "Agents", "AgentDescriptor.cs");

    private static async Task<string> ErrorsAsync(string folder, string source)
    {
        Assert.NotEqual(0, await CompileAsync(folder, source));
        return string.Join('\n', (await File.ReadAllLinesAsync(Path.Combine(folder, "errors.txt"))).Distinct());
    }

    /// <summary>Calls the compiler of the SDK that built this.</summary>
    private static async Task<int> CompileAsync(string folder, string source)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "Source.cs"), "global using System;\n" + source);
        await File.WriteAllTextAsync(Path.Combine(folder, "Probe.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><EnableDefaultCompileItems>false</EnableDefaultCompileItems></PropertyGroup>
              <ItemGroup><Compile Include="Source.cs" /></ItemGroup>
            </Project>
            """);
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props" }) await File.WriteAllTextAsync(Path.Combine(folder, file), "<Project />");
        var start = new ProcessStartInfo("dotnet", ["build", "--nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false"]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var compiler = Process.Start(start)!;
        await File.WriteAllTextAsync(Path.Combine(folder, "errors.txt"), await compiler.StandardOutput.ReadToEndAsync());
        await compiler.WaitForExitAsync();
        return compiler.ExitCode;
    }
}
