using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class DefectTests
{
    [Fact]
    public async Task Defect_IsAnsweredWithoutItsInnerWorkings_AndLoggedWithThem()
    {
        await using var app = await DashboardApplication.StartAsync(services: services =>
            services.AddSingleton<IAgentStore>(provider => new BrokenAgents(ActivatorUtilities.CreateInstance<Core.Storage.AgentStore>(provider))));

        using var response = await app.Client.GetAsync("/api/agents/agent_broken");

        var problem = await response.ProblemAsync(HttpStatusCode.InternalServerError, "internal");
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(app.Logs.Lines, line => line.Exception is InvalidOperationException { Message: "secret" });
    }

    private sealed class BrokenAgents(IAgentStore inner) : IAgentStore
    {
        public Task<IReadOnlyList<AgentDefinition>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

        public ValueTask<AgentDefinition?> FindAsync(string agentId, CancellationToken cancellationToken = default) => throw new InvalidOperationException("secret");

        public Task SaveAsync(AgentDefinition agent, CancellationToken cancellationToken = default) => inner.SaveAsync(agent, cancellationToken);

        public Task<AgentDefinition?> ChangeAsync(string agentId, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken = default) =>
            inner.ChangeAsync(agentId, change, cancellationToken);

        public Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default) => inner.DeleteAsync(agentId, cancellationToken);
    }
}
