using System.Diagnostics;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Hosting;

/// <summary>The program as a person starts it: what it says and what it exits with.</summary>
public sealed class StartUpTests
{
    [Theory]
    [InlineData("--urls", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_URLS", "http://*:0")]
    [InlineData("Kestrel__Endpoints__Open__Url", "http://[::]:0")]
    public async Task Start_BeyondLoopback_IsRefusedInPlainWords(string key, string value)
    {
        var (exitCode, output, error) = await RunAsync((key, value));

        Assert.Equal(1, exitCode);
        Assert.Contains("no authentication", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnADataDirectoryInUse_IsRefusedInPlainWords()
    {
        await using var app = await DashboardApplication.StartAsync();

        var (exitCode, output, error) = await RunAsync(("--urls", "http://127.0.0.1:0"), ("TaskDashboard__DataDirectory", app.DataDirectory));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Another TaskDashboard", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAStoreThatCannotBeOpened_IsRefusedInPlainWords()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-start-");
        try
        {
            folder.CreateSubdirectory("taskdashboard.db");

            var (exitCode, output, error) = await RunAsync(("--urls", "http://127.0.0.1:0"), ("TaskDashboard__DataDirectory", folder.FullName));

            Assert.Equal(1, exitCode);
            Assert.Equal("The store's files cannot be opened. Put that right, and start again. Nothing was changed.", error.Trim());
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_WithSettingsThatAreWrong_NamesEachOfThem()
    {
        var (exitCode, output, error) = await RunAsync(
            ("--urls", "http://127.0.0.1:0"), ("TaskDashboard__Limits__MaxConcurrentRuns", "0"), ("TaskDashboard__Limits__MaxSteps", "0"));

        Assert.Equal(1, exitCode);
        Assert.Contains("MaxConcurrentRuns", error, StringComparison.Ordinal);
        Assert.Contains("MaxSteps", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAPortInUse_IsRefusedInPlainWords()
    {
        await using var app = await DashboardApplication.StartAsync();
        var folder = Directory.CreateTempSubdirectory("taskdashboard-start-");
        try
        {
            var (exitCode, _, error) = await RunAsync(
                ("--urls", app.Address.GetLeftPart(UriPartial.Authority)), ("TaskDashboard__DataDirectory", folder.FullName));

            Assert.Equal(1, exitCode);
            Assert.Contains("address already in use", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs the program to its end; a key that begins with a dash is an argument, another one a variable of the environment.</summary>
    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (key, value) in settings)
        {
            if (!key.StartsWith('-')) start.Environment[key] = value;
            else
            {
                start.ArgumentList.Add(key);
                start.ArgumentList.Add(value);
            }
        }

        using var process = Process.Start(start)!;
        try
        {
            using var bound = new CancellationTokenSource(DashboardApplication.Bound);
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
