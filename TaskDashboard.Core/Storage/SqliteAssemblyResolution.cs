using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Lets Microsoft.Data.Sqlite 10 run on SQLitePCLRaw.core 2.0.6.
/// </summary>
/// <remarks>
/// Microsoft.Data.Sqlite is built against SQLitePCLRaw.core 2.1.13, which some package mirrors do not carry, so the default
/// binder turns the older assembly down. Of the 77 members that it uses, 76 are in 2.0.6; the one that is missing is
/// <c>sqlite3_load_extension</c>, and native extensions are never loaded here. The module initializer runs before any type of this
/// assembly is touched, hence before the first Sqlite type. <c>build/PackagePruning.props</c> is the other half.
/// </remarks>
internal static class SqliteAssemblyResolution
{
    private const string CoreAssembly = "SQLitePCLRaw.core";

#pragma warning disable CA2255 // A module initializer in a library: it has to run before anything here touches SQLite.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Install() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        // Asked without a version, the binder is content with the one that is there; asked like that by us, it must not ask us again.
        return name is { Name: CoreAssembly, Version: not null } ? context.LoadFromAssemblyName(new AssemblyName(CoreAssembly)) : null;
    }
}
